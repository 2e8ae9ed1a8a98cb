"""Investments are paid back by a reference of their own."""

from shared.database.plumbing import run_script

revision = "0029"
down_revision = "0028"

REPAYMENTS = """
create table repayment_references (
    territory text not null,
    disbursement_id uuid not null,
    reference text not null,
    currency text not null,
    issued_at timestamptz not null,
    constraint pk_repayment_references primary key (territory, disbursement_id),
    constraint uq_repayment_references__reference unique (reference),
    constraint ck_repayment_references__reference check (length(reference) = 17)
);

alter table statements add column repaid_count integer not null default 0;
alter table statements add column repayment_returned_count integer not null default 0;
alter table bank_lines drop constraint ck_bank_lines__fate;
alter table bank_lines add constraint ck_bank_lines__fate check (fate in (
    'received', 'returned', 'refunded', 'disbursed', 'repaid', 'repayment_returned', 'fee', 'suspended'));
alter table bank_lines drop constraint ck_bank_lines__received_line_id;
alter table bank_lines add constraint ck_bank_lines__received_line_id
    check ((fate in ('returned', 'refunded', 'repayment_returned')) = (received_line_id is not null));
alter table bank_lines drop constraint ck_bank_lines__disbursement_id;
alter table bank_lines add constraint ck_bank_lines__disbursement_id
    check ((fate in ('disbursed', 'repaid', 'repayment_returned')) = (disbursement_id is not null));
create index ix_bank_lines__repaid_disbursement_id on bank_lines (disbursement_id) where fate = 'repaid';
create index ix_bank_lines__repaid_end_to_end_id on bank_lines (end_to_end_id)
    where fate = 'repaid' and end_to_end_id is not null;
"""


def upgrade() -> None:
    run_script(REPAYMENTS)
