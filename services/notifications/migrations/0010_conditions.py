"""Letters to those who promised under a condition: that it is kept, and what it triggered."""

from shared.database.plumbing import run_script

revision = "0010"
down_revision = "0009"

KINDS = """
alter table letters drop constraint ck_letters__kind;
alter table letters add constraint ck_letters__kind check (kind in ('confirmation', 'sign_in', 'welcome',
    'pledge_instructions', 'letter_of_intent', 'payment_thanks', 'payment_returned', 'direct_debit_announced',
    'pledge_reminder', 'pledge_expired', 'receipt_issued', 'receipt_cancelled', 'conditional_pledge', 'funds_called'));
"""


def upgrade() -> None:
    run_script(KINDS)
