"""The lines of a period as CSV, for an accountant: made by the database, so that a year of them costs no memory.

French spreadsheets open it as it is: semicolons, decimal commas, dates as DD/MM/YYYY, UTF-8 with its mark.
"""

from codecs import BOM_UTF8
from datetime import date
from typing import BinaryIO

from services.pledges.domain.allocation import MOST_PARTS
from services.pledges.domain.reconciliation import SUSPENSE_SENTENCES, Fate
from shared.database import Work
from shared.database.csv_cells import harmless

FATE_NAMES: dict[str, str] = {
    Fate.RECEIVED: "Paiement reçu",
    Fate.RETURNED: "Paiement rendu",
    Fate.REFUNDED: "Remboursement",
    Fate.DISBURSED: "Versement",
    Fate.REPAID: "Remboursement d’un investissement",
    Fate.REPAYMENT_RETURNED: "Remboursement d’un investissement, repris",
    Fate.FEE: "Frais",
    Fate.SUSPENDED: "En attente",
    "partly_allocated": "Rapprochée en partie",
    "allocated": "Rapprochée",
}
"""The names of fates, and of what became of suspended lines since."""


_LINES = f"""
    select to_char(line.booked_on, 'DD/MM/YYYY') as "Date comptable",
        to_char(line.value_on, 'DD/MM/YYYY') as "Date de valeur",
        statement.iban as "Compte",
        {harmless("statement.bank_statement_id")} as "Relevé",
        line.entry_index as "Écriture",
        line.detail_index as "Détail",
        case line.direction when 'debit' then '-' else '' end
            || line.amount_minor / 100 || ',' || lpad((line.amount_minor % 100)::text, 2, '0') as "Montant",
        line.currency as "Devise",
        fate.name as "État",
        reason.sentence as "Raison",
        line.territory as "Territoire",
        coalesce(pledge.reference, allocated.references) as "Référence de la promesse",
        {harmless("line.counterparty_name")} as "Nom",
        {harmless("line.counterparty_iban")} as "IBAN",
        {harmless("line.bank_reference")} as "Référence de la banque",
        {harmless("line.end_to_end_id")} as "Identifiant de bout en bout",
        {harmless("coalesce(line.remittance_text, line.structured_reference, line.additional_information)")}
            as "Libellé",
        line.line_id as "Ligne"
    from bank_lines as line
    join statements as statement using (statement_id)
    join unnest($3::text[], $4::text[]) as fate (code, name) on fate.code = case
        when line.allocated_minor = line.amount_minor then 'allocated'
        when line.allocated_minor > 0 then 'partly_allocated' else line.fate end
    left join unnest($5::text[], $6::text[]) as reason (code, sentence) on reason.code = line.reason
    left join pledges as pledge on pledge.pledge_id = line.pledge_id
    left join lateral (
        select case when count(distinct reference) > {MOST_PARTS} then count(distinct reference) || ' promesses'
            else string_agg(distinct reference, ' ' order by reference) end as references
        from allocations join pledges using (pledge_id)
        where allocations.line_id = line.line_id and undone_at is null
    ) as allocated on line.allocated_minor > 0
    where line.booked_on between $1 and $2
    order by line.booked_on, statement.iban, statement.closing_on, line.statement_id, line.entry_index,
        line.detail_index
"""  # noqa: S608 - columns of the code


async def write_lines(work: Work, output: BinaryIO, *, first: date, last: date) -> None:
    """Write the lines booked from a day to another, both included, with a line of titles."""
    output.write(BOM_UTF8)
    await work.copy_out(
        _LINES,
        first,
        last,
        [str(fate) for fate in FATE_NAMES],
        list(FATE_NAMES.values()),
        [reason.value for reason in SUSPENSE_SENTENCES],
        list(SUSPENSE_SENTENCES.values()),
        output=output,
    )
