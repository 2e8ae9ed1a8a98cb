"""Mandates of SEPA direct debits, what is collected under them, and the payment files that the bank is given."""

from shared.database.plumbing import run_script

revision = "0013"
down_revision = "0012"

MANDATES = """
create table mandates (
    territory text not null,
    mandate_id uuid not null,
    pledge_id uuid not null,
    mandate_reference text not null,
    state text not null,
    holder_name text not null,
    iban text not null,
    rhythm text not null,
    amount_minor bigint,
    day integer,
    creditor_name text not null,
    creditor_id text not null,
    prenotification_days integer not null,
    text_version integer not null,
    text_digest text not null,
    source text not null,
    signed_at timestamptz not null,
    last_collected_on date,
    suspension_reason text,
    cancelled_at timestamptz,
    cancelled_by uuid,
    cancellation_reason text,
    constraint pk_mandates primary key (territory, mandate_id),
    constraint uq_mandates__mandate_id unique (mandate_id),
    constraint uq_mandates__mandate_reference unique (mandate_reference),
    constraint ck_mandates__state check (state in ('active', 'suspended', 'cancelled', 'ended')),
    constraint ck_mandates__rhythm check (rhythm in ('once', 'monthly')),
    constraint ck_mandates__source check (source in ('page', 'api')),
    constraint ck_mandates__amount_minor check (amount_minor > 0),
    constraint ck_mandates__day check (day between 1 and 25),
    constraint ck_mandates__monthly check (
        (rhythm = 'monthly') = (amount_minor is not null) and (rhythm = 'monthly') = (day is not null)),
    constraint ck_mandates__cancelled_at check ((state = 'cancelled') = (cancelled_at is not null)),
    constraint ck_mandates__suspension_reason check ((state = 'suspended') <= (suspension_reason is not null))
);
create unique index uq_mandates__open_pledge_id on mandates (pledge_id) where state in ('active', 'suspended');
create index ix_mandates__pledge_id on mandates (pledge_id);
create index ix_mandates__signed_at on mandates (signed_at, mandate_id);
"""

PAYMENT_FILES = """
create table payment_files (
    file_id uuid not null,
    kind text not null,
    message_id text not null,
    content bytea not null,
    digest text not null,
    transaction_count integer not null,
    amount_minor bigint not null,
    execute_on date not null,
    made_by uuid not null,
    made_at timestamptz not null,
    never_sent_at timestamptz,
    never_sent_by uuid,
    never_sent_reason text,
    constraint pk_payment_files primary key (file_id),
    constraint uq_payment_files__message_id unique (message_id),
    constraint ck_payment_files__kind check (kind in ('pain.008', 'pain.001')),
    constraint ck_payment_files__transaction_count check (transaction_count > 0 and amount_minor > 0),
    constraint ck_payment_files__never_sent check (
        (never_sent_at is null) = (never_sent_reason is null) and (never_sent_at is null or kind = 'pain.001'))
);
create index ix_payment_files__made_at on payment_files (made_at, file_id);

create table payment_file_downloads (
    download_id uuid not null,
    file_id uuid not null,
    downloaded_by uuid not null,
    downloaded_at timestamptz not null,
    constraint pk_payment_file_downloads primary key (download_id),
    constraint fk_payment_file_downloads__file_id__payment_files
        foreign key (file_id) references payment_files (file_id)
);
create index ix_payment_file_downloads__file_id on payment_file_downloads (file_id, download_id);

create table payment_file_orders (
    file_id uuid not null,
    end_to_end_id text not null,
    amount_minor bigint not null,
    is_withdrawn boolean not null default false,
    constraint pk_payment_file_orders primary key (file_id, end_to_end_id),
    constraint fk_payment_file_orders__file_id__payment_files
        foreign key (file_id) references payment_files (file_id),
    constraint ck_payment_file_orders__amount_minor check (amount_minor > 0)
);
create unique index uq_payment_file_orders__open_end_to_end_id on payment_file_orders (end_to_end_id)
    where not is_withdrawn;
"""

DEBITS = """
create table debit_batches (
    batch_id uuid not null,
    state text not null,
    payment_information_id text not null,
    creditor_id text not null,
    currency text not null,
    announced_on date not null,
    sendable_from date not null,
    send_by date not null,
    collect_on date not null,
    prepared_by uuid,
    prepared_at timestamptz not null,
    cancelled_by uuid,
    cancelled_at timestamptz,
    file_id uuid,
    constraint pk_debit_batches primary key (batch_id),
    constraint uq_debit_batches__payment_information_id unique (payment_information_id),
    constraint uq_debit_batches__file_id unique (file_id),
    constraint fk_debit_batches__file_id__payment_files foreign key (file_id) references payment_files (file_id),
    constraint ck_debit_batches__state check (state in ('prepared', 'cancelled', 'sent')),
    constraint ck_debit_batches__file_id check ((state = 'sent') = (file_id is not null)),
    constraint ck_debit_batches__collect_on
        check (announced_on <= sendable_from and sendable_from <= send_by and send_by < collect_on)
);
create index ix_debit_batches__collect_on on debit_batches (collect_on, batch_id);

create table debit_collections (
    territory text not null,
    collection_id uuid not null,
    batch_id uuid not null,
    mandate_id uuid not null,
    pledge_id uuid not null,
    amount_minor bigint not null,
    currency text not null,
    period date not null,
    end_to_end_id text not null,
    state text not null,
    sequence_type text,
    return_reason text,
    returned_on date,
    constraint pk_debit_collections primary key (territory, collection_id),
    constraint uq_debit_collections__end_to_end_id unique (end_to_end_id),
    constraint fk_debit_collections__batch_id__debit_batches
        foreign key (batch_id) references debit_batches (batch_id),
    constraint fk_debit_collections__mandate_id__mandates foreign key (mandate_id) references mandates (mandate_id),
    constraint ck_debit_collections__amount_minor check (amount_minor > 0),
    constraint ck_debit_collections__state check (state in ('announced', 'cancelled', 'sent', 'returned')),
    constraint ck_debit_collections__sequence_type check (sequence_type in ('FRST', 'RCUR', 'OOFF', 'FNAL')),
    constraint ck_debit_collections__sent check ((state in ('sent', 'returned')) = (sequence_type is not null)),
    constraint ck_debit_collections__returned check (
        (state = 'returned') = (return_reason is not null) and (state = 'returned') = (returned_on is not null))
);
create unique index uq_debit_collections__mandate_id_period on debit_collections (mandate_id, period)
    where state <> 'cancelled';
create index ix_debit_collections__batch_id on debit_collections (batch_id, collection_id);
create index ix_debit_collections__pledge_id on debit_collections (pledge_id);
"""


def upgrade() -> None:
    run_script(MANDATES)
    run_script(PAYMENT_FILES)
    run_script(DEBITS)
