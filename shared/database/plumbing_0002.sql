-- Lanes under an operator's hand: who paused them and why, when an open breaker probes, and the history of both.

alter table leases add column paused_at timestamptz;
alter table leases add column paused_because text;
alter table leases add constraint ck_leases__paused_because check ((paused_at is null) = (paused_because is null));

alter table lane_breakers add column probes_at timestamptz;

create table lane_changes (
    position bigint generated always as identity,
    territory text not null,
    changed_at timestamptz not null default clock_timestamp(),
    change text not null,
    reason text not null,
    changed_by text not null,
    constraint pk_lane_changes primary key (position),
    constraint ck_lane_changes__change check (change in (
        'paused', 'drained', 'resumed', 'breaker_opened', 'probe_failed', 'breaker_closed', 'gained', 'lost'))
);
create index ix_lane_changes__territory on lane_changes (territory, position);
