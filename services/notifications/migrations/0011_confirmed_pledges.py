"""A letter to those who confirmed a letter of intent that had been paid: nothing is left to pay."""

from shared.database.plumbing import run_script

revision = "0011"
down_revision = "0010"

KINDS = """
alter table letters drop constraint ck_letters__kind;
alter table letters add constraint ck_letters__kind check (kind in ('confirmation', 'sign_in', 'welcome',
    'pledge_instructions', 'letter_of_intent', 'payment_thanks', 'payment_returned', 'direct_debit_announced',
    'pledge_reminder', 'pledge_expired', 'receipt_issued', 'receipt_cancelled', 'conditional_pledge', 'funds_called',
    'pledge_confirmed'));
"""


def upgrade() -> None:
    run_script(KINDS)
