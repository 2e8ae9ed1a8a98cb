-- The outbox can be sent again after a broker lost what it held, and sets aside what no broker takes.

-- How many times a row was marked to be sent again (null: never), and when it was published first.
alter table outbox_messages add column resent integer;
alter table outbox_messages add column first_published_at timestamptz;

-- The streams that this service publishes to, as it knew them: one that was made anew has lost what it held.
create table published_streams (
    lane text not null,
    made_at text not null,
    constraint pk_published_streams primary key (lane)
);

create table refused_messages (
    position bigint not null,
    event_id uuid not null,
    territory text not null,
    subject text not null,
    headers jsonb not null,
    payload text not null,
    recorded_at timestamptz not null,
    reason text not null,
    refused_at timestamptz not null default now(),
    constraint pk_refused_messages primary key (position)
);
