"""The first tables of members, after the plumbing that every service has."""

from shared.database.plumbing import create_plumbing, run_script

revision = "0001"
down_revision = None

TABLES = """
create table persons (
    person_id uuid not null,
    territory text not null,
    state text not null,
    email text,
    display_name text,
    wrapped_key bytea,
    consent_version text,
    consented_at timestamptz,
    consent_source text,
    created_at timestamptz not null,
    joined_at timestamptz,
    erased_at timestamptz,
    constraint pk_persons primary key (person_id),
    constraint ck_persons__email check (email = lower(email)),
    constraint ck_persons__state check (
        state in ('saver', 'invited', 'pending_email', 'active', 'lapsed', 'resigned', 'excluded', 'erased')
    ),
    constraint ck_persons__erased check (
        (state = 'erased') = (email is null) and (state = 'erased') = (display_name is null)
        and (state = 'erased') = (wrapped_key is null)
    ),
    constraint ck_persons__consent check (
        state <> 'active' or (joined_at is not null and consent_version is not null)
    )
);
create unique index uq_persons__email on persons (email) where state not in ('saver', 'erased');
create index ix_persons__territory_state on persons (territory, state);

create table membership_requests (
    token_hash bytea not null,
    person_id uuid not null,
    territory text not null,
    display_name text not null,
    consent_version text not null,
    consented_at timestamptz not null,
    consent_source text not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    constraint pk_membership_requests primary key (token_hash),
    constraint fk_membership_requests__person_id
        foreign key (person_id) references persons (person_id) on delete cascade
);
create index ix_membership_requests__person_id on membership_requests (person_id);

create table sign_in_links (
    token_hash bytea not null,
    person_id uuid not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    constraint pk_sign_in_links primary key (token_hash),
    constraint fk_sign_in_links__person_id
        foreign key (person_id) references persons (person_id) on delete cascade
);
create index ix_sign_in_links__person_id on sign_in_links (person_id);

create table sign_ins (
    sign_in_id uuid not null,
    person_id uuid not null,
    started_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    constraint pk_sign_ins primary key (sign_in_id),
    constraint fk_sign_ins__person_id foreign key (person_id) references persons (person_id) on delete cascade
);
create index ix_sign_ins__person_id on sign_ins (person_id);

create table refresh_tokens (
    token_hash bytea not null,
    sign_in_id uuid not null,
    used_at timestamptz,
    constraint pk_refresh_tokens primary key (token_hash),
    constraint fk_refresh_tokens__sign_in_id
        foreign key (sign_in_id) references sign_ins (sign_in_id) on delete cascade
);
create index ix_refresh_tokens__sign_in_id on refresh_tokens (sign_in_id);

create table session_keys (
    key_id text not null,
    wrapped_private_key bytea not null,
    created_at timestamptz not null,
    valid_until timestamptz not null,
    constraint pk_session_keys primary key (key_id)
);

create table role_grants (
    territory text not null,
    grant_id uuid not null,
    person_id uuid not null,
    role text not null,
    state text not null,
    order_hash text not null,
    granted_by uuid,
    granted_at timestamptz not null,
    confirmed_by uuid,
    confirmed_at timestamptz,
    revoked_by uuid,
    revoked_at timestamptz,
    constraint pk_role_grants primary key (territory, grant_id),
    constraint uq_role_grants__grant_id unique (grant_id),
    constraint fk_role_grants__person_id foreign key (person_id) references persons (person_id),
    constraint ck_role_grants__state check (state in ('waiting', 'active', 'revoked')),
    constraint ck_role_grants__two_persons check (confirmed_by <> granted_by and confirmed_by <> person_id)
);
create unique index uq_role_grants__territory_person_id_role on role_grants (territory, person_id, role)
    where state <> 'revoked';
create index ix_role_grants__person_id on role_grants (person_id);

create table member_missions (
    territory text not null,
    mission_id uuid not null,
    member_id uuid not null,
    code text not null,
    catalogue_version text not null,
    title text not null,
    description text not null,
    state text not null,
    offered_at timestamptz not null,
    constraint pk_member_missions primary key (territory, mission_id),
    constraint fk_member_missions__member_id
        foreign key (member_id) references persons (person_id) on delete cascade,
    constraint uq_member_missions__member_id_code_version unique (member_id, code, catalogue_version),
    constraint ck_member_missions__state check (
        state in ('offered', 'accepted', 'done', 'declined', 'expired')
    )
);

create table attempts (
    kind text not null,
    subject_hash bytea not null,
    hour_at timestamptz not null,
    attempts integer not null,
    constraint pk_attempts primary key (kind, subject_hash, hour_at)
);
create index ix_attempts__hour_at on attempts (hour_at);
"""


def upgrade() -> None:
    """Create every table of the service."""
    create_plumbing()
    run_script(TABLES)
