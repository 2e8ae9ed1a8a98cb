"""Every transfer that two persons have confirmed, whatever it pays: disbursements and refunds, in one list."""

from shared.database.plumbing import run_script

revision = "0014"
down_revision = "0013"

ORDERS = """
create view transfer_orders as
    select territory, disbursement_id as order_id, 'disbursement' as kind, end_to_end_id, payee_name, payee_iban,
        amount_minor, currency, line_id, expected_at as confirmed_at
    from expected_debits
    union all
    select territory, refund_id, 'refund', end_to_end_id, payee_name, payee_iban, amount_minor, currency, line_id,
        confirmed_at
    from refunds where state in ('confirmed', 'debited');
"""


def upgrade() -> None:
    run_script(ORDERS)
