"""A signature keeps the amount that was signed.

Until now a signed commitment could change its amount. Of one that was touched since it was signed nothing says what had
been signed: it stays unknown.
"""

from shared.database.plumbing import run_script

revision = "0022"
down_revision = "0021"

SIGNED_AMOUNTS = """
alter table pledge_signatures
    add column amount_minor bigint,
    add constraint ck_pledge_signatures__amount_minor check (amount_minor > 0);
update pledge_signatures
set amount_minor = pledges.amount_minor
from pledges
where pledges.territory = pledge_signatures.territory and pledges.pledge_id = pledge_signatures.pledge_id
    and coalesce(changed_at, signed_at) <= signed_at;
"""


def upgrade() -> None:
    run_script(SIGNED_AMOUNTS)
