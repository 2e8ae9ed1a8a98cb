"""A letter of its own for letters of intent, of which no payment is expected."""

from shared.database.plumbing import run_script

revision = "0006"
down_revision = "0005"

KINDS = """
alter table letters drop constraint ck_letters__kind;
alter table letters add constraint ck_letters__kind check (kind in ('confirmation', 'sign_in', 'welcome',
    'pledge_instructions', 'letter_of_intent', 'payment_thanks', 'payment_returned'));
"""


def upgrade() -> None:
    run_script(KINDS)
