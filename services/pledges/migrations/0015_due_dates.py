"""Pledges are due: once, in instalments or each month; they are reminded of, changed, cancelled, and expire.

Those that are there already have no due date: nothing is asked for, and they never expire. The index of due dates
says nothing of states: one that did would be written again with each payment, and keep pledges from staying in place.
"""

from shared.database.plumbing import run_script

revision = "0015"
down_revision = "0014"

DUE_DATES = """
alter table pledges
    add column schedule text not null default 'once',
    add column due_on date,
    add column released_minor bigint not null default 0,
    add column changed_at timestamptz,
    add constraint ck_pledges__schedule check (schedule in ('once', 'instalments', 'monthly')),
    add constraint ck_pledges__released_minor check (released_minor between 0 and amount_minor);
create index ix_pledges__due_on on pledges (due_on, pledge_id) where due_on is not null;

create table instalments (
    territory text not null,
    pledge_id uuid not null,
    number integer not null,
    due_on date not null,
    amount_minor bigint not null,
    constraint pk_instalments primary key (territory, pledge_id, number),
    constraint fk_instalments__territory_pledge_id__pledges
        foreign key (territory, pledge_id) references pledges (territory, pledge_id),
    constraint ck_instalments__number check (number between 1 and 121),
    constraint ck_instalments__amount_minor check (amount_minor > 0)
);
create index ix_instalments__due_on on instalments (due_on, pledge_id);

create table reminders (
    territory text not null,
    pledge_id uuid not null,
    due_on date not null,
    days integer not null,
    amount_due_minor bigint not null,
    reminded_at timestamptz not null,
    constraint pk_reminders primary key (territory, pledge_id, due_on, days),
    constraint ck_reminders__amount_due_minor check (amount_due_minor > 0)
);

create table reminder_policies (
    territory text not null,
    days integer[] not null,
    expiry_days integer not null,
    set_by uuid,
    set_at timestamptz not null default now(),
    constraint pk_reminder_policies primary key (territory),
    constraint ck_reminder_policies__days check (cardinality(days) <= 6),
    constraint ck_reminder_policies__expiry_days check (expiry_days between 1 and 730)
);
insert into reminder_policies (territory, days, expiry_days) values ('00', '{-10,0,7,21}', 60);
"""


def upgrade() -> None:
    run_script(DUE_DATES)
