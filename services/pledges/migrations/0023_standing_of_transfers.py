"""How far each transfer is; confirmed refunds are given up, orders leave their files one by one.

Nothing is paid twice, and nothing waits for ever.
"""

from shared.database.plumbing import run_script

revision = "0023"
down_revision = "0022"

REFUNDS = """
alter table refunds add column cancellation_reason text;
alter table refunds drop constraint ck_refunds__confirmed_by;
alter table refunds add constraint ck_refunds__confirmed_by check (
    (state = 'cancelled' or (state in ('confirmed', 'debited')) = (confirmed_by is not null))
    and confirmed_by is distinct from ordered_by);
alter table refunds add constraint ck_refunds__cancellation_reason check (
    state <> 'cancelled' or confirmed_by is null or cancellation_reason is not null);
create index ix_bank_lines__debited_end_to_end_id on bank_lines (end_to_end_id)
    where direction = 'debit' and end_to_end_id is not null;
"""

FILES = """
alter table payment_file_orders add column withdrawn_at timestamptz;
alter table payment_file_orders add column withdrawn_by uuid;
alter table payment_file_orders add column withdrawn_reason text;
alter table payment_file_orders add constraint ck_payment_file_orders__withdrawn check (
    (withdrawn_at is null) = (withdrawn_reason is null) and (withdrawn_at is null or is_withdrawn));
"""

# A payment's confirmed refunds are covered together or not at all: nobody knows which of them the bank makes first.
ORDERS = """
create or replace view transfer_orders as
    with orders as (
        select territory, disbursement_id as order_id, 'disbursement' as kind, end_to_end_id, payee_name, payee_iban,
            amount_minor, currency, line_id, expected_at as confirmed_at, true as is_covered
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
    run_script(REFUNDS)
    run_script(FILES)
    run_script(ORDERS)
