"""Two more kinds of letters: reminders of what is due, and word that a pledge has expired."""

from shared.database.plumbing import run_script

revision = "0008"
down_revision = "0007"

KINDS = """
alter table letters drop constraint ck_letters__kind, add constraint ck_letters__kind check (kind in (
    'confirmation', 'sign_in', 'welcome', 'pledge_instructions', 'letter_of_intent', 'payment_thanks',
    'payment_returned', 'direct_debit_announced', 'pledge_reminder', 'pledge_expired'));
"""


def upgrade() -> None:
    run_script(KINDS)
