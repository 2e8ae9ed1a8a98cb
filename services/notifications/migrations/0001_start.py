"""The first tables of notifications."""

from shared.database.plumbing import create_plumbing, run_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
create table recipients (
    person_id uuid not null,
    wrapped_key bytea,
    sealed_contact text,
    contact_at timestamptz,
    erased_at timestamptz,
    constraint pk_recipients primary key (person_id),
    constraint ck_recipients__erased_leaves_nothing
        check (erased_at is null or (wrapped_key is null and sealed_contact is null)),
    constraint ck_recipients__contact_opens
        check (sealed_contact is null or (wrapped_key is not null and contact_at is not null))
);

create table letters (
    letter_id uuid not null,
    territory text not null,
    person_id uuid not null,
    kind text not null,
    cause text not null,
    content jsonb not null,
    sealed_link text,
    state text not null,
    priority integer not null,
    attempts integer not null default 0,
    is_resend boolean not null default false,
    next_attempt_at timestamptz not null,
    expires_at timestamptz not null,
    written_at timestamptz not null,
    sent_at timestamptz,
    reason text,
    constraint pk_letters primary key (letter_id),
    constraint uq_letters__kind_cause unique (kind, cause),
    constraint fk_letters__person_id foreign key (person_id) references recipients (person_id),
    constraint ck_letters__kind check (kind in ('confirmation', 'sign_in', 'welcome', 'pledge_instructions',
        'payment_thanks', 'payment_returned')),
    constraint ck_letters__state
        check (state in ('due', 'waiting_contact', 'sending', 'sent', 'failed', 'expired')),
    constraint ck_letters__link_wiped check (sealed_link is null or state in ('due', 'sending')),
    constraint ck_letters__sent_at check ((state = 'sent') = (sent_at is not null))
);
create index ix_letters__outgoing on letters (priority, next_attempt_at) where state in ('due', 'sending');
create index ix_letters__open_by_person on letters (person_id)
    where state in ('due', 'waiting_contact', 'sending');
create index ix_letters__open_by_expiry on letters (expires_at)
    where state in ('due', 'waiting_contact', 'sending');
"""


def upgrade() -> None:
    create_plumbing()
    run_script(TABLES)
