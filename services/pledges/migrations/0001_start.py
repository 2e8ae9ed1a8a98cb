"""The first tables of pledges."""

from shared.database.plumbing import create_plumbing, run_script

revision = "0001"
down_revision = None

TABLES = """
create table pledges (
    territory text not null,
    pledge_id uuid not null,
    person_id uuid not null,
    by_member boolean not null,
    fund text not null,
    amount_minor bigint not null,
    currency text not null,
    reference text not null,
    state text not null,
    received_minor bigint not null default 0,
    returned_minor bigint not null default 0,
    idempotency_hash text,
    made_at timestamptz not null,
    constraint pk_pledges primary key (territory, pledge_id),
    constraint uq_pledges__pledge_id unique (pledge_id),
    constraint uq_pledges__reference unique (reference),
    constraint uq_pledges__idempotency_hash unique (idempotency_hash),
    constraint ck_pledges__amount_minor check (amount_minor > 0),
    constraint ck_pledges__returned_minor check (returned_minor between 0 and received_minor),
    constraint ck_pledges__state check (state in (
        'pledged', 'partially_paid', 'paid', 'expired', 'cancelled', 'partially_refunded', 'refunded'))
);
create index ix_pledges__person_id on pledges (person_id);

create table statements (
    statement_id uuid not null,
    iban text not null,
    bank_statement_id text not null,
    sequence_number bigint,
    content_hash text not null,
    file_name text not null,
    currency text not null,
    opening_minor bigint not null,
    closing_minor bigint not null,
    opening_on date not null,
    closing_on date not null,
    line_count integer not null,
    received_count integer not null,
    returned_count integer not null,
    suspended_count integer not null,
    fee_count integer not null,
    disbursed_count integer not null,
    credit_minor bigint not null,
    debit_minor bigint not null,
    imported_by uuid,
    imported_at timestamptz not null,
    constraint pk_statements primary key (statement_id),
    constraint uq_statements__iban_bank_statement_id unique (iban, bank_statement_id),
    constraint ck_statements__closing_minor check (opening_minor + credit_minor - debit_minor = closing_minor)
);
create index ix_statements__iban_closing_on on statements (iban, closing_on);

create table bank_lines (
    territory text not null,
    line_id uuid not null,
    statement_id uuid not null,
    entry_index integer not null,
    detail_index integer not null,
    fate text not null,
    reason text,
    direction text not null,
    amount_minor bigint not null,
    returned_minor bigint not null default 0,
    currency text not null,
    booked_on date not null,
    value_on date not null,
    bank_reference text,
    end_to_end_id text,
    structured_reference text,
    remittance_text text,
    counterparty_name text,
    counterparty_iban text,
    transaction_code text,
    return_reason text,
    additional_information text,
    pledge_id uuid,
    matched_by text,
    received_line_id uuid,
    disbursement_id uuid,
    constraint pk_bank_lines primary key (line_id),
    constraint uq_bank_lines__statement_id_entry_index_detail_index
        unique (statement_id, entry_index, detail_index),
    constraint ck_bank_lines__amount_minor check (amount_minor > 0),
    constraint ck_bank_lines__returned_minor check (returned_minor between 0 and amount_minor),
    constraint ck_bank_lines__fate check (fate in ('received', 'returned', 'disbursed', 'fee', 'suspended')),
    constraint ck_bank_lines__reason check ((fate = 'suspended') = (reason is not null)),
    constraint ck_bank_lines__pledge_id check ((fate in ('received', 'returned')) = (pledge_id is not null)),
    constraint ck_bank_lines__received_line_id check ((fate = 'returned') = (received_line_id is not null)),
    constraint ck_bank_lines__disbursement_id check ((fate = 'disbursed') = (disbursement_id is not null))
);
create index ix_bank_lines__pledge_id on bank_lines (pledge_id) where pledge_id is not null;
create index ix_bank_lines__received_end_to_end_id on bank_lines (end_to_end_id)
    where fate = 'received' and end_to_end_id is not null;
create index ix_bank_lines__suspended on bank_lines (booked_on, line_id) where fate = 'suspended';

create table gap_alarms (
    alarm_id uuid not null,
    statement_id uuid not null,
    expected_minor bigint not null,
    found_minor bigint not null,
    raised_at timestamptz not null,
    cleared_at timestamptz,
    constraint pk_gap_alarms primary key (alarm_id),
    constraint fk_gap_alarms__statement_id__statements
        foreign key (statement_id) references statements (statement_id)
);
create unique index uq_gap_alarms__open_statement_id on gap_alarms (statement_id) where cleared_at is null;

create table expected_debits (
    territory text not null,
    disbursement_id uuid not null,
    end_to_end_id text not null,
    amount_minor bigint not null,
    currency text not null,
    payee_name text not null,
    payee_iban text not null,
    line_id uuid,
    expected_at timestamptz not null default now(),
    constraint pk_expected_debits primary key (territory, disbursement_id),
    constraint uq_expected_debits__end_to_end_id unique (end_to_end_id),
    constraint ck_expected_debits__amount_minor check (amount_minor > 0)
);
"""


def upgrade() -> None:
    create_plumbing()
    run_script(TABLES)
