"""Payments are given back by two persons, and the bank's debit is recognised."""

from shared.database.plumbing import run_script

revision = "0011"
down_revision = "0010"

REFUNDS = """
create table refunds (
    territory text not null,
    refund_id uuid not null,
    pledge_id uuid not null,
    payment_id uuid not null,
    amount_minor bigint not null,
    currency text not null,
    payee_name text not null,
    payee_iban text not null,
    reason text not null,
    end_to_end_id text not null,
    state text not null,
    ordered_by uuid not null,
    ordered_at timestamptz not null,
    confirmed_by uuid,
    confirmed_at timestamptz,
    cancelled_by uuid,
    cancelled_at timestamptz,
    line_id uuid,
    constraint pk_refunds primary key (territory, refund_id),
    constraint uq_refunds__refund_id unique (refund_id),
    constraint uq_refunds__end_to_end_id unique (end_to_end_id),
    constraint fk_refunds__pledge_id__pledges foreign key (pledge_id) references pledges (pledge_id),
    constraint ck_refunds__amount_minor check (amount_minor > 0),
    constraint ck_refunds__state check (state in ('ordered', 'confirmed', 'debited', 'cancelled')),
    constraint ck_refunds__confirmed_by check (
        (state in ('confirmed', 'debited')) = (confirmed_by is not null) and confirmed_by <> ordered_by),
    constraint ck_refunds__line_id check ((state = 'debited') = (line_id is not null))
);
create index ix_refunds__open_payment_id on refunds (payment_id) where state in ('ordered', 'confirmed');

alter table statements add column refunded_count integer not null default 0;
alter table statements alter column refunded_count drop default;
alter table bank_lines drop constraint ck_bank_lines__fate;
alter table bank_lines add constraint ck_bank_lines__fate
    check (fate in ('received', 'returned', 'refunded', 'disbursed', 'fee', 'suspended'));
alter table bank_lines drop constraint ck_bank_lines__pledge_id;
alter table bank_lines add constraint ck_bank_lines__pledge_id
    check ((fate in ('received', 'returned', 'refunded')) = (pledge_id is not null));
alter table bank_lines drop constraint ck_bank_lines__received_line_id;
alter table bank_lines add constraint ck_bank_lines__received_line_id
    check ((fate in ('returned', 'refunded')) = (received_line_id is not null));
"""


def upgrade() -> None:
    run_script(REFUNDS)
