"""Debits to expect are those of conversions into local currencies too: what an order is for is said beside it."""

from shared.database.plumbing import run_script

revision = "0030"
down_revision = "0029"

DEBITS = """
alter table expected_debits rename column disbursement_id to order_id;
alter table expected_debits add column kind text not null default 'disbursement';
alter table expected_debits alter column kind drop default;
alter table expected_debits add constraint ck_expected_debits__kind check (kind in ('disbursement', 'conversion'));
"""

# As it was, with the kind of each order.
ORDERS = """
create or replace view transfer_orders as
    with orders as (
        select territory, order_id, kind, end_to_end_id, payee_name, payee_iban, amount_minor, currency, line_id,
            expected_at as confirmed_at, true as is_covered
        from expected_debits
        union all
        select territory, refund_id, 'refund', end_to_end_id, payee_name, payee_iban, amount_minor, currency, line_id,
            confirmed_at,
            (
                select sum(beside.amount_minor) from refunds as beside
                where beside.payment_id = refunds.payment_id and beside.state = 'confirmed'
            ) <= coalesce(
                (
                    select received.amount_minor - received.returned_minor from bank_lines as received
                    where received.line_id = refunds.payment_id and received.fate = 'received'
                ),
                (
                    select allocations.amount_minor - allocations.returned_minor from allocations
                    where allocations.allocation_id = refunds.payment_id and allocations.undone_at is null
                ),
                0
            )
        from refunds where state in ('confirmed', 'debited')
    )
    select territory, order_id, kind, orders.end_to_end_id, payee_name, payee_iban, amount_minor, currency, line_id,
        confirmed_at,
        case
            when line_id is not null then 'debited'
            when suspended_line_id is not null then 'debit_waits'
            when not is_covered then 'payment_went_back'
            when message_id is not null then 'in_file'
            else 'to_make'
        end as standing,
        message_id,
        suspended_line_id
    from orders
        left join lateral (
            select message_id from payment_file_orders join payment_files using (file_id)
            where payment_file_orders.end_to_end_id = orders.end_to_end_id and not is_withdrawn
        ) as file on true
        left join lateral (
            select bank_lines.line_id as suspended_line_id from bank_lines
            where bank_lines.end_to_end_id = orders.end_to_end_id and direction = 'debit' and fate = 'suspended'
            order by bank_lines.line_id limit 1
        ) as waiting on true;
"""


def upgrade() -> None:
    run_script(DEBITS)
    run_script(ORDERS)
