"""Tax receipts: who may issue them, who gave, what was issued, and the payments that each one counts.

`ix_bank_lines__given_back` holds the few received lines of which something went back: it finds the receipts that a
return made wrong without reading the others, and costs nothing to a line that stays.
"""

from shared.database.plumbing import run_script

revision = "0016"
down_revision = "0015"

TABLES = """
create table receipt_issuers (
    issuer_id uuid not null,
    registration text not null,
    name text not null,
    street text not null,
    postal_code text not null,
    city text not null,
    object text not null,
    quality text not null,
    for_wealth_tax boolean not null,
    signatory_name text not null,
    signatory_role text not null,
    ibans text[] not null,
    created_by uuid not null,
    created_at timestamptz not null,
    ground text,
    first_on date,
    last_on date,
    switched_on_by uuid,
    switched_on_at timestamptz,
    switched_off_by uuid,
    switched_off_at timestamptz,
    constraint pk_receipt_issuers primary key (issuer_id),
    constraint ck_receipt_issuers__switched_on
        check (num_nulls(ground, first_on, switched_on_by, switched_on_at) in (0, 4)),
    constraint ck_receipt_issuers__last_on check (last_on >= first_on),
    constraint ck_receipt_issuers__switched_off
        check (num_nulls(switched_off_by, switched_off_at) in (0, 2)
            and (switched_off_at is null or switched_on_at is not null))
);
create unique index uq_receipt_issuers__on_registration on receipt_issuers (registration)
    where switched_on_at is not null and switched_off_at is null;

create table receipt_counters (
    registration text not null,
    year integer not null,
    last_number integer not null,
    constraint pk_receipt_counters primary key (registration, year)
);

create table donors (
    donor_id uuid not null,
    person_id uuid not null,
    is_current boolean not null,
    first_names text not null,
    last_name text not null,
    street text not null,
    postal_code text not null,
    city text not null,
    country text not null,
    recorded_at timestamptz not null,
    constraint pk_donors primary key (donor_id)
);
create unique index uq_donors__current_person_id on donors (person_id) where is_current;

create table tax_receipts (
    territory text not null,
    receipt_id uuid not null,
    issuer_id uuid not null,
    registration text not null,
    year integer not null,
    number integer not null,
    person_id uuid not null,
    donor_id uuid not null,
    amount_minor bigint not null,
    content_hash text not null,
    issued_by uuid,
    issued_at timestamptz not null,
    cancelled_because text,
    cancelled_by uuid,
    cancelled_at timestamptz,
    replaced_by_id uuid,
    constraint pk_tax_receipts primary key (territory, receipt_id),
    constraint uq_tax_receipts__receipt_id unique (receipt_id),
    constraint uq_tax_receipts__year_number_registration unique (year, number, registration),
    constraint fk_tax_receipts__issuer_id__receipt_issuers
        foreign key (issuer_id) references receipt_issuers (issuer_id),
    constraint fk_tax_receipts__donor_id__donors foreign key (donor_id) references donors (donor_id),
    constraint fk_tax_receipts__replaced_by_id__tax_receipts
        foreign key (replaced_by_id) references tax_receipts (receipt_id),
    constraint ck_tax_receipts__number check (number > 0),
    constraint ck_tax_receipts__amount_minor check (amount_minor > 0),
    constraint ck_tax_receipts__cancelled
        check ((cancelled_at is null) = (cancelled_because is null)
            and (cancelled_at is not null or (cancelled_by is null and replaced_by_id is null))),
    constraint ck_tax_receipts__cancelled_because check (cancelled_because in ('payment_returned', 'mistake'))
);
create index ix_tax_receipts__person_id on tax_receipts (person_id);
create index ix_tax_receipts__donor_id on tax_receipts (donor_id);

create table counted_payments (
    receipt_id uuid not null,
    payment_id uuid not null,
    booked_on date not null,
    amount_minor bigint not null,
    mode text not null,
    in_force boolean not null,
    constraint pk_counted_payments primary key (receipt_id, payment_id),
    constraint fk_counted_payments__receipt_id__tax_receipts
        foreign key (receipt_id) references tax_receipts (receipt_id),
    constraint ck_counted_payments__amount_minor check (amount_minor > 0),
    constraint ck_counted_payments__mode check (mode in ('transfer', 'cheque', 'cash'))
);
create unique index uq_counted_payments__in_force_payment_id on counted_payments (payment_id) where in_force;

create index ix_bank_lines__given_back on bank_lines (line_id) where returned_minor > 0;
"""


def upgrade() -> None:
    run_script(TABLES)
