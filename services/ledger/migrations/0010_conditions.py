"""Promises under a condition have memo accounts of their own until it triggers them: 802300 and 809400."""

from shared.database.plumbing import run_script

revision = "0010"
down_revision = "0009"

ACCOUNTS = """
alter table entry_lines drop constraint ck_entry_lines__account;
alter table entry_lines add constraint ck_entry_lines__account check (account in ('512100', '471000', '181000',
    '110000', '627000', '754110', '754190', '657100', '274000', '802100', '809100', '802200', '809300', '801100',
    '801200', '809200', '802300', '809400'));
"""


def upgrade() -> None:
    run_script(ACCOUNTS)
