"""Accounts of money between territories, of local currencies and of repayments."""

from shared.database.plumbing import run_script

revision = "0019"
down_revision = "0018"

ACCOUNTS = """
alter table entry_lines drop constraint ck_entry_lines__account;
alter table entry_lines add constraint ck_entry_lines__account check (account in (
    '512100', '471000', '181000', '186000', '187000', '110000', '627000', '467200', '588000', '754110',
    '754190', '168100', '167100', '101300', '467100', '657100', '274000', '657200', '762000', '802100',
    '809100', '802200', '809300', '801100', '801200', '809200', '802300', '809400'
));
"""


def upgrade() -> None:
    run_script(ACCOUNTS)
