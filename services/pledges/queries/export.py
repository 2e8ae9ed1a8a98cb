"""The lines of a period as CSV, for an accountant: made by the database, so that a year of them costs no memory.

French spreadsheets open it as it is: semicolons, decimal commas, dates as DD/MM/YYYY, UTF-8 with its mark. A cell that
a spreadsheet would run as a formula begins with an apostrophe (OWASP, CSV injection): givers choose their own words.
"""

from codecs import BOM_UTF8
from datetime import date
from typing import BinaryIO

from services.pledges.domain.reconciliation import SUSPENSE_SENTENCES, Fate
from shared.database import Work

FATE_NAMES = {
    Fate.RECEIVED: "Paiement reçu",
    Fate.RETURNED: "Paiement rendu",
    Fate.DISBURSED: "Versement",
    Fate.FEE: "Frais",
    Fate.SUSPENDED: "En attente",
}


def _text(column: str) -> str:
    return f"case when {column} ~ '^[-=+@\\t\\r]' then '''' || {column} else {column} end"


_LINES = f"""
    select to_char(line.booked_on, 'DD/MM/YYYY') as "Date comptable",
        to_char(line.value_on, 'DD/MM/YYYY') as "Date de valeur",
        statement.iban as "Compte",
        {_text("statement.bank_statement_id")} as "Relevé",
        line.entry_index as "Écriture",
        line.detail_index as "Détail",
        case line.direction when 'debit' then '-' else '' end
            || line.amount_minor / 100 || ',' || lpad((line.amount_minor % 100)::text, 2, '0') as "Montant",
        line.currency as "Devise",
        fate.name as "État",
        reason.sentence as "Raison",
        line.territory as "Territoire",
        pledge.reference as "Référence de la promesse",
        {_text("line.counterparty_name")} as "Nom",
        {_text("line.counterparty_iban")} as "IBAN",
        {_text("line.bank_reference")} as "Référence de la banque",
        {_text("line.end_to_end_id")} as "Identifiant de bout en bout",
        {_text("coalesce(line.remittance_text, line.structured_reference, line.additional_information)")}
            as "Libellé",
        line.line_id as "Ligne"
    from bank_lines as line
    join statements as statement using (statement_id)
    join unnest($3::text[], $4::text[]) as fate (code, name) on fate.code = line.fate
    left join unnest($5::text[], $6::text[]) as reason (code, sentence) on reason.code = line.reason
    left join pledges as pledge on pledge.pledge_id = line.pledge_id
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
        [fate.value for fate in FATE_NAMES],
        list(FATE_NAMES.values()),
        [reason.value for reason in SUSPENSE_SENTENCES],
        list(SUSPENSE_SENTENCES.values()),
        output=output,
    )
