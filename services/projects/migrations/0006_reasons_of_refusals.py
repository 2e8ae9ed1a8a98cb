"""Why the ledger refused a disbursement, or gave its reservation up."""

from shared.database.plumbing import run_script

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    run_script("alter table disbursements add column reason text;")
