"""Notifications of the bank (camt.054) say what sums in suspense are made of."""

from shared.database.plumbing import run_script

revision = "0019"
down_revision = "0018"

NOTIFICATIONS = """
create table bank_notifications (
    notification_id uuid not null,
    iban text not null,
    bank_notification_id text not null,
    content_hash text not null,
    file_name text not null,
    imported_by uuid,
    imported_at timestamptz not null,
    constraint pk_bank_notifications primary key (notification_id),
    constraint uq_bank_notifications__iban_bank_notification_id unique (iban, bank_notification_id)
);
create index ix_bank_notifications__imported_at on bank_notifications (imported_at);

create table notified_entries (
    entry_id uuid not null,
    notification_id uuid not null,
    iban text not null,
    entry_index integer not null,
    direction text not null,
    amount_minor bigint not null,
    booked_on date,
    bank_reference text,
    entry_reference text,
    detail_count integer not null,
    content_hash text not null,
    state text not null,
    line_id uuid,
    matched_on text,
    notified_at timestamptz not null,
    constraint pk_notified_entries primary key (entry_id),
    constraint uq_notified_entries__notification_id_entry_index unique (notification_id, entry_index),
    constraint fk_notified_entries__line_id__bank_lines foreign key (line_id) references bank_lines (line_id),
    constraint ck_notified_entries__amount_minor check (amount_minor > 0),
    constraint ck_notified_entries__state
        check (state in ('waiting', 'detailed', 'already_detailed', 'undetailed')),
    constraint ck_notified_entries__line_id check (
        (state = 'detailed') = (line_id is not null) and (state = 'detailed') = (matched_on is not null)),
    constraint ck_notified_entries__matched_on
        check (matched_on in ('bank_reference', 'entry_reference', 'booking_date', 'by_hand'))
);
create unique index uq_notified_entries__line_id on notified_entries (line_id) where line_id is not null;
create index ix_notified_entries__waiting on notified_entries (iban, amount_minor) where state = 'waiting';

create table notified_details (
    detail_id uuid not null,
    entry_id uuid not null,
    detail_index integer not null,
    direction text not null,
    amount_minor bigint not null,
    end_to_end_id text,
    structured_reference text,
    remittance_text text,
    counterparty_name text,
    counterparty_iban text,
    transaction_code text,
    return_reason text,
    additional_information text,
    mandate_id text,
    is_reversal boolean not null,
    is_charge boolean not null,
    reason text,
    allocation_id uuid,
    constraint pk_notified_details primary key (detail_id),
    constraint uq_notified_details__entry_id_detail_index unique (entry_id, detail_index),
    constraint fk_notified_details__entry_id__notified_entries
        foreign key (entry_id) references notified_entries (entry_id),
    constraint fk_notified_details__allocation_id__allocations
        foreign key (allocation_id) references allocations (allocation_id),
    constraint ck_notified_details__amount_minor check (amount_minor > 0)
);
create unique index uq_notified_details__allocation_id on notified_details (allocation_id)
    where allocation_id is not null;
create index ix_notified_details__allocated_end_to_end_id on notified_details (end_to_end_id)
    where allocation_id is not null and end_to_end_id is not null;

create index ix_bank_lines__lumps on bank_lines (amount_minor, booked_on)
    where fate = 'suspended' and detail_index = 0;
alter table allocations drop constraint ck_allocations__matched_by;
alter table allocations add constraint ck_allocations__matched_by
    check (matched_by in ('by_hand', 'several_references', 'claim', 'notification'));
"""


def upgrade() -> None:
    run_script(NOTIFICATIONS)
