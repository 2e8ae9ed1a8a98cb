"""Letters that announce direct debits."""

from shared.database.plumbing import run_script

revision = "0007"
down_revision = "0006"

KIND = """
alter table letters drop constraint ck_letters__kind;
alter table letters add constraint ck_letters__kind check (kind in ('confirmation', 'sign_in', 'welcome',
    'pledge_instructions', 'letter_of_intent', 'payment_thanks', 'payment_returned', 'direct_debit_announced'));
"""


def upgrade() -> None:
    run_script(KIND)
