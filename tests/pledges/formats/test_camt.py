"""What a camt.053 statement says, read from hand-made samples of both versions."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from services.pledges.domain.refusals import BatchDoesNotAddUp, MalformedStatement
from services.pledges.domain.statement import (
    BankLine,
    Direction,
    StatementHeader,
    StatementTotals,
    line_key,
)
from services.pledges.formats.camt import read_statements

SAMPLES = Path(__file__).parent.parent / "samples"
V02 = (SAMPLES / "two_days.camt.053.001.02.xml").read_text(encoding="utf-8")
V08 = (SAMPLES / "one_month.camt.053.001.08.xml").read_text(encoding="utf-8")


def read(text):
    return list(read_statements(BytesIO(text.encode()), max_bytes=1_000_000))


def lines_of(text):
    return [item for item in read(text) if isinstance(item, BankLine)]


def changed(text, old, new):
    assert old in text
    return text.replace(old, new)


def test_each_statement_gives_its_header_then_its_lines_then_its_totals():
    """The caller can open, fill and close statements as they come."""
    kinds = "".join(type(item).__name__[0] + type(item).__name__[-1] + " " for item in read(V02))
    assert kinds == "Sr Be Be Be Be Ss Sr Be Ss "


def test_a_header_says_whose_account_and_from_which_balance_to_which():
    """Balances are signed: an overdraft is negative."""
    assert read(V08)[0] == StatementHeader(
        iban="FR7630006000011234567890189",
        statement_id="2026-04",
        sequence_number=43,
        currency="EUR",
        opening_minor=112_250,
        closing_minor=-7_930,
        opening_on=date(2026, 4, 1),
        closing_on=date(2026, 4, 30),
    )


def test_totals_count_what_was_booked_and_what_was_passed_over():
    """Pending and informative entries are not money yet."""
    assert read(V08)[-1] == StatementTotals(
        iban="FR7630006000011234567890189",
        statement_id="2026-04",
        entries=2,
        ignored_entries=1,
        lines=4,
        credits_minor=30_000,
        debits_minor=150_180,
    )


def test_a_transfer_has_its_giver_its_reference_and_its_dates():
    """Everything that matching and the bank desk need is on the line."""
    assert lines_of(V02)[0] == BankLine(
        entry_index=1,
        detail_index=1,
        amount_minor=10_000,
        direction=Direction.CREDIT,
        booked_on=date(2026, 3, 2),
        value_on=date(2026, 3, 1),
        bank_reference="BQ-0001",
        structured_reference="RF23064000000101",
        counterparty_name="Camille Épargnante",
        counterparty_iban="FR1420041010050500013M02606",
        transaction_code="PMNT/RCDT/ESCT",
        transaction_id="T-1",
    )


def test_each_transaction_of_a_batch_is_a_line():
    """They share the entry's position and the batch's identifiers."""
    batch = lines_of(V02)[1:3]
    assert [(line.entry_index, line.detail_index, line.amount_minor) for line in batch] == [
        (2, 1, 5000),
        (2, 2, 2500),
    ]
    assert {line.payment_information_id for line in batch} == {"LOT-7-A"}


def test_a_text_that_the_bank_cut_is_joined():
    """A reference may be cut by the end of a line of 140 characters."""
    assert lines_of(V02)[2].remittance_text == "don pour le milliard rf82 97400 0000303 merci"


def test_an_entry_without_details_is_one_line():
    """Charges come this way: no giver, no reference, the bank's own words."""
    charge = lines_of(V02)[3]
    assert (charge.detail_index, charge.signed_minor) == (0, -250)
    assert charge.additional_information == "Frais de tenue de compte"


def test_a_return_keeps_its_reason_and_its_giver():
    """The parties are those of the first payment: the one who is not us is the giver."""
    returned = lines_of(V02)[-1]
    assert (returned.signed_minor, returned.return_reason, returned.is_reversal) == (-5000, "AM04", True)
    assert returned.counterparty_name == "Dominique Donatrice"


def test_a_return_without_reason_is_still_a_return():
    """MS03 is the norm's code for a reason that was not given."""
    assert lines_of(changed(V02, "<Rsn><Cd>AM04</Cd></Rsn>", ""))[-1].return_reason == "MS03"


def test_charges_taken_out_of_an_entry_are_a_line_of_their_own():
    """Givers are thanked for what they gave, and the lines still add up to what was booked."""
    lines = [line for line in lines_of(V08) if line.entry_index == 1]
    assert [(line.signed_minor, line.is_charge) for line in lines] == [
        (20_000, False),
        (10_000, False),
        (-180, True),
    ]


def test_charges_in_another_currency_explain_nothing():
    """A bank on the way kept francs: the gift is what came, and the statement is read whole."""
    said = '<TxId>T-1</TxId></Refs><AmtDtls><InstdAmt><Amt Ccy="EUR">108.00</Amt></InstdAmt></AmtDtls>'
    charged = changed(V02, "<TxId>T-1</TxId></Refs>", said + '<Chrgs><Amt Ccy="CHF">8.00</Amt></Chrgs>')
    (line,) = [line for line in lines_of(charged) if line.entry_index == 1][:1]
    assert (line.signed_minor, line.is_charge) == (10_000, False)
    assert len(lines_of(charged)) == len(lines_of(V02))


def test_a_debit_is_recognised_by_what_we_wrote_on_the_order():
    """The payee, our message and payment identifiers, our EndToEndId."""
    debit = lines_of(V08)[3]
    assert (debit.direction, debit.end_to_end_id) == (Direction.DEBIT, "DECAISSEMENT-17")
    assert (debit.message_id, debit.payment_information_id) == ("VIR-9", "VIR-9-1")
    assert debit.counterparty_name == "Les Ateliers du Gave"


def test_not_provided_is_not_an_identifier():
    """Banks fill the mandatory EndToEndId with this word."""
    assert lines_of(V02)[0].end_to_end_id is None


def test_a_lone_transaction_takes_the_amount_of_its_entry():
    """What moved on the account is the entry; a bank on the way may have kept something."""
    other = changed(
        V02,
        "<TxId>T-1</TxId></Refs>",
        '<TxId>T-1</TxId></Refs><AmtDtls><TxAmt><Amt Ccy="EUR">103.00</Amt></TxAmt></AmtDtls>',
    )
    assert lines_of(other)[0].amount_minor == 10_000


def test_an_amount_in_another_currency_inside_a_transaction_is_only_information():
    """The giver ordered dollars, the account received euros."""
    other = changed(
        V02,
        "<TxId>T-1</TxId></Refs>",
        '<TxId>T-1</TxId></Refs><AmtDtls><InstdAmt><Amt Ccy="USD">9</Amt></InstdAmt></AmtDtls>',
    )
    assert lines_of(other)[0].amount_minor == 10_000


def test_a_batch_whose_transactions_have_no_amount_is_one_line_for_a_person_to_sort():
    """No share can be guessed, so no reference may take the whole."""
    other = V02
    for amount in ("50.00", "25.00"):
        other = changed(other, f'<AmtDtls><TxAmt><Amt Ccy="EUR">{amount}</Amt></TxAmt></AmtDtls>', "")
    line = lines_of(other)[1]
    assert (line.detail_index, line.amount_minor) == (0, 7_500)
    assert line.remittance_text is line.end_to_end_id is line.structured_reference is None
    assert "rf82" in line.additional_information
    assert line.payment_information_id == "LOT-7-A"


def test_a_batch_that_the_bank_does_not_detail_keeps_its_identifiers():
    """The debit of our own order may come as one sum: its PmtInfId is how it is recognised."""
    start, end = V02.index("<TxDtls>", V02.index("LOT-7-A")), V02.index("</NtryDtls>", V02.index("LOT-7-A"))
    line = lines_of(V02[:start] + V02[end:])[1]
    assert (line.detail_index, line.payment_information_id) == (0, "LOT-7-A")


def test_details_in_several_groups_are_one_entry():
    """Some banks put each transaction in a group of its own."""
    second = V02.index("<TxDtls>", V02.index("50.00</Amt></TxAmt>"))
    lines = lines_of(V02[:second] + "</NtryDtls><NtryDtls>" + V02[second:])
    assert [line.detail_index for line in lines if line.entry_index == 2] == [1, 2]


def test_a_batch_that_lacks_one_amount_is_refused():
    """A part of the money would have no owner."""
    with pytest.raises(BatchDoesNotAddUp):
        read(changed(V02, '<AmtDtls><TxAmt><Amt Ccy="EUR">25.00</Amt></TxAmt></AmtDtls>', ""))


def test_the_second_page_of_a_statement_is_another_statement():
    """Pages share an identifier and each has its own balances: none may pass for a repetition."""
    page = "<Id>2026-04</Id><StmtPgntn><PgNb>2</PgNb><LastPgInd>true</LastPgInd></StmtPgntn>"
    assert read(changed(V08, "<Id>2026-04</Id>", page))[0].statement_id == "2026-04 p. 2"


def test_the_previous_closing_balance_stands_for_the_opening_one():
    """Some banks only repeat the former."""
    assert read(changed(V08, "OPBD", "PRCD"))[0].opening_minor == 112_250


def test_an_entry_without_booking_date_is_of_the_day_of_the_statement():
    """The norm leaves the date out when the statement's says it all."""
    assert lines_of(changed(V02, "<BookgDt><Dt>2026-03-03</Dt></BookgDt>", ""))[-1].booked_on == date(
        2026, 3, 3
    )


def test_a_statement_without_entries_is_a_statement():
    """A quiet day still carries the balance."""
    start, end = V08.index("<Ntry>"), V08.rindex("</Ntry>") + len("</Ntry>")
    quiet = changed(V08[:start] + V08[end:], "79.30</Amt><CdtDbtInd>DBIT", "1122.50</Amt><CdtDbtInd>CRDT")
    assert [type(item) for item in read(quiet)] == [StatementHeader, StatementTotals]


def test_the_keys_of_a_file_are_all_different_and_always_the_same():
    """So that the same file twice changes nothing."""

    def keys():
        header, found = None, []
        for item in read(V02):
            header = item if isinstance(item, StatementHeader) else header
            if isinstance(item, BankLine):
                found.append(line_key(header, item))
        return found

    assert len(set(keys())) == 5
    assert keys() == keys()


@pytest.mark.parametrize("encoding", ["iso-8859-1", "iso-8859-15"])
def test_a_declared_latin_encoding_is_read(encoding):
    """Not every French bank writes UTF-8."""
    data = changed(V02, 'encoding="UTF-8"', f'encoding="{encoding}"').encode(encoding)
    names = [
        item.counterparty_name
        for item in read_statements(BytesIO(data), max_bytes=10**6)
        if isinstance(item, BankLine)
    ]
    assert names[0] == "Camille Épargnante"


def test_an_account_number_that_is_not_an_iban_is_refused():
    """A statement must say whose money it moves."""
    with pytest.raises(MalformedStatement, match="IBAN"):
        read(changed(V08, "FR7630006000011234567890189", "FR7630006000011234567890188"))
