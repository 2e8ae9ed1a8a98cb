"""A treasurer's word on a payment, whether receipts count it; and receipts that counted a payment by mistake."""

from shared.database.plumbing import run_script

revision = "0027"
down_revision = "0026"

RULINGS = """
create table payment_rulings (
    ruling_id uuid not null,
    payment_id uuid not null,
    counts boolean not null,
    reason text,
    ruled_by uuid not null,
    ruled_at timestamptz not null,
    taken_back_by uuid,
    taken_back_at timestamptz,
    constraint pk_payment_rulings primary key (ruling_id),
    constraint ck_payment_rulings__reason check (counts or reason is not null),
    constraint ck_payment_rulings__taken_back check (num_nulls(taken_back_by, taken_back_at) in (0, 2))
);
create unique index uq_payment_rulings__standing_payment_id on payment_rulings (payment_id)
    where taken_back_at is null;

alter table tax_receipts drop constraint ck_tax_receipts__cancelled_because;
alter table tax_receipts add constraint ck_tax_receipts__cancelled_because
    check (cancelled_because in ('payment_returned', 'payment_detached', 'mistake'));
"""


def upgrade() -> None:
    run_script(RULINGS)
