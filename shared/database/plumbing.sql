-- The tables that every service has beside its own: what it says (outbox), what it has heard (inbox),
-- what it could not apply (parked), who serves which lane (replicas, leases), and whom it trusts.

create table outbox_messages (
    position bigint generated always as identity,
    event_id uuid not null,
    territory text not null,
    subject text not null,
    headers jsonb not null,
    payload text not null,
    recorded_at timestamptz not null default now(),
    published_at timestamptz,
    lane text not null generated always as
        (case when subject like 'personal.%' then 'PERSONAL' else territory end) stored,
    constraint pk_outbox_messages primary key (position),
    constraint uq_outbox_messages__event_id unique (event_id)
);
create index ix_outbox_messages__unpublished on outbox_messages (lane, position) where published_at is null;

create table inbox_messages (
    event_id uuid not null,
    territory text not null,
    heard_at timestamptz not null default now(),
    constraint pk_inbox_messages primary key (event_id)
);

create table parked_events (
    position bigint generated always as identity,
    territory text not null,
    event_id uuid not null,
    key text not null,
    subject text not null,
    headers jsonb not null,
    payload bytea not null,
    status text not null,
    reason text not null,
    history jsonb not null default '[]',
    attempts integer not null default 1,
    parked_at timestamptz not null default now(),
    retry_at timestamptz,
    constraint pk_parked_events primary key (position),
    constraint uq_parked_events__territory_event_id unique (territory, event_id),
    constraint ck_parked_events__status check (status in ('failed', 'invalid', 'waiting', 'behind'))
);
create index ix_parked_events__territory_key on parked_events (territory, key, position);
create index ix_parked_events__retry_at on parked_events (retry_at) where retry_at is not null;

create table discarded_events (
    territory text not null,
    event_id uuid not null,
    key text not null,
    subject text not null,
    headers jsonb not null,
    payload bytea not null,
    reason text not null,
    discarded_because text not null,
    discarded_by text not null,
    discarded_at timestamptz not null default now(),
    constraint pk_discarded_events primary key (territory, event_id)
);

create table replicas (
    replica_id uuid not null,
    heartbeat_at timestamptz not null,
    resources text[] not null,
    constraint pk_replicas primary key (replica_id)
);

create table leases (
    resource text not null,
    holder uuid,
    epoch bigint not null default 0,
    changed_at timestamptz not null default now(),
    constraint pk_leases primary key (resource)
);

create table lane_breakers (
    territory text not null,
    state text not null,
    reason text not null,
    failures integer not null,
    changed_at timestamptz not null default now(),
    constraint pk_lane_breakers primary key (territory)
);

create table signing_keys (
    key_id text not null,
    public_key text not null,
    valid_until timestamptz not null,
    constraint pk_signing_keys primary key (key_id)
);

create table role_holders (
    territory text not null,
    person_id uuid not null,
    role text not null,
    grant_id uuid not null,
    constraint pk_role_holders primary key (territory, person_id, role)
);
