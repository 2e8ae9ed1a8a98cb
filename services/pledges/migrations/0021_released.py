"""A pledge that is promised no longer says as what it was released, and when: money that comes later changes its state.

A cancellation always wrote `changed_at`, so a released pledge without one has expired. Of one that was changed, then
expired, then paid late, nothing says so any more: it counts as cancelled.
"""

from shared.database.plumbing import run_script

revision = "0021"
down_revision = "0020"

RELEASED = """
alter table pledges
    add column released_as text,
    add column released_at timestamptz;
update pledges
set released_as = case when state = 'expired' or changed_at is null and state <> 'cancelled' then 'expired'
        else 'cancelled' end,
    released_at = coalesce(changed_at, made_at)
where released_minor > 0 or state in ('cancelled', 'expired');
alter table pledges
    add constraint ck_pledges__released_as check (released_as in ('cancelled', 'expired')),
    add constraint ck_pledges__released_at check ((released_as is null) = (released_at is null));
"""


def upgrade() -> None:
    run_script(RELEASED)
