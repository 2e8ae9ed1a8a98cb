"""Money that leaves suspense for a territory goes through an account of liaison: 181000."""

from shared.database.plumbing import run_script

revision = "0008"
down_revision = "0007"

ACCOUNTS = """
alter table entry_lines drop constraint ck_entry_lines__account;
alter table entry_lines add constraint ck_entry_lines__account check (account in ('512100', '471000', '181000',
    '110000', '627000', '754110', '754190', '657100', '274000', '802100', '809100', '801100', '801200', '809200'));
"""


def upgrade() -> None:
    run_script(ACCOUNTS)
