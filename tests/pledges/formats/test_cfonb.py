"""CFONB 120 statements: what each record says, and what is refused."""

import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from schwifty import IBAN

from services.pledges.domain.iban import french_iban
from services.pledges.domain.refusals import (
    BankFileRefused,
    ForeignCurrency,
    MalformedStatement,
    StatementDoesNotAddUp,
    StatementTooLarge,
    UnsupportedAmount,
)
from services.pledges.domain.statement import BankLine, Direction, StatementHeader, StatementTotals
from services.pledges.formats.bank_file import read_statements
from services.pledges.settings import DEMONSTRATION_IBAN
from tests.fuzzing import fuzzed
from tests.pledges.formats.cfonb_writer import Movement, as_file, statement

MONDAY, TUESDAY, FRIDAY = date(2026, 1, 5), date(2026, 1, 6), date(2026, 1, 9)
SAMPLE = Path(__file__).parents[1] / "samples" / "one_week.cfonb120.txt"
GIFT = Movement(
    signed_minor=5_000,
    on=TUESDAY,
    label="VIR SEPA M EXEMPLE",
    said=[
        ("NPY", "M CAMILLE EXEMPLE"),
        ("RCN", "NOTPROVIDED"),
        ("LCC", "DON RF18 5390 0754 7034"),
        ("REF", "REF-1"),
    ],
)


def read(content: bytes, *, max_bytes: int = 10**6) -> list[StatementHeader | BankLine | StatementTotals]:
    return list(read_statements(io.BytesIO(content), max_bytes=max_bytes))


def week(*movements: Movement, **balances: int) -> list[str]:
    return statement(movements, opening_on=MONDAY, closing_on=FRIDAY, **balances)


def line_of(movement: Movement) -> BankLine:
    _, line, _ = read(as_file(week(movement)))
    assert isinstance(line, BankLine)
    return line


def test_a_statement_as_a_bank_writes_it() -> None:
    """A file kept by hand: a gift, a direct debit that came back, a fee; figures as the norm's tables give them."""
    header, gift, returned, fee, totals = read(SAMPLE.read_bytes())
    assert header == StatementHeader(
        iban=DEMONSTRATION_IBAN,
        statement_id="du 05/01/2026 au 09/01/2026",
        currency="EUR",
        opening_minor=123_456,
        closing_minor=126_156,
        opening_on=MONDAY,
        closing_on=FRIDAY,
        norm="CFONB 120",
    )
    assert isinstance(gift, BankLine)
    assert isinstance(returned, BankLine)
    assert isinstance(fee, BankLine)
    assert (gift.amount_minor, gift.direction, gift.value_on) == (5_000, Direction.CREDIT, TUESDAY)
    assert (gift.counterparty_name, gift.end_to_end_id) == ("MME CAMILLE EXEMPLE", None)
    assert gift.remittance_text == "VIR SEPA MME EXEMPLE DON POUR LE BEARN RF18 5390 0754 7034"
    assert (returned.amount_minor, returned.direction) == (2_000, Direction.DEBIT)
    assert (returned.return_reason, returned.end_to_end_id) == ("AM04", "PRLV-2026-01")
    assert (fee.amount_minor, fee.return_reason, fee.bank_reference) == (300, None, "0000003")
    assert isinstance(totals, StatementTotals)
    assert (totals.lines, totals.credits_minor, totals.debits_minor) == (3, 5_000, 2_300)


def test_the_giver_s_words_are_read_behind_the_movement_s_label() -> None:
    """In the order of the norm, in one text: a reference that is cut between them is found."""
    line = line_of(GIFT)
    assert line.remittance_text == "VIR SEPA M EXEMPLE DON RF18 5390 0754 7034"
    assert (line.counterparty_name, line.bank_reference, line.end_to_end_id) == (
        "M CAMILLE EXEMPLE",
        "REF-1",
        None,
    )


def test_a_debit_names_its_beneficiary() -> None:
    """And keeps the reference that we gave it, without the purpose that follows."""
    said = [("NBE", "LES AMIS DU BIO"), ("NPY", "NOUS"), ("RCN", f"{'ORDRE-7':35}SUBVENTION")]
    line = line_of(Movement(signed_minor=-700, on=TUESDAY, said=said))
    assert (line.counterparty_name, line.end_to_end_id) == ("LES AMIS DU BIO", "ORDRE-7")


def test_a_rejected_movement_without_its_reason_is_a_return_all_the_same() -> None:
    """The two figures of an older code say that something came back, and not why in ISO's words."""
    assert line_of(Movement(signed_minor=-700, on=TUESDAY, zones={41: "10"})).return_reason == "MS03"


@given(st.lists(st.integers(-(10**13), 10**13), max_size=30), st.integers(-(10**13), 10**13))
def test_what_was_written_is_read(amounts: list[int], opening_minor: int) -> None:
    """Every amount with its sign, those of zero apart; the totals lead from one balance to the other."""
    movements = [Movement(signed_minor=one, on=TUESDAY) for one in amounts]
    _, *lines, totals = read(as_file(week(*movements, opening_minor=opening_minor)))
    assert [one.signed_minor for one in lines if isinstance(one, BankLine)] == [one for one in amounts if one]
    assert isinstance(totals, StatementTotals)
    assert (totals.entries, totals.credits_minor - totals.debits_minor) == (len(amounts), sum(amounts))


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_records_stand_on_lines_or_one_after_the_other(end: str) -> None:
    """Both are sent."""
    assert read(as_file(week(GIFT), end=end)) == read(as_file(week(GIFT)))


def test_blanks_that_were_lost_at_the_end_of_lines_change_nothing() -> None:
    """Editors and mail take them away."""
    trimmed = b"\n".join(one.rstrip() for one in as_file(week(GIFT)).splitlines()) + b"\n\n"
    assert read(trimmed) == read(as_file(week(GIFT)))


def test_names_keep_their_accents_and_apostrophes() -> None:
    """As Windows writes them: one byte for each character."""
    content = as_file(week(Movement(signed_minor=1, on=TUESDAY, said=[("NPY", "ZOÉ D?ALÈS")])))
    _, line, _ = read(content.replace(b"?", b"\x92"))
    assert isinstance(line, BankLine)
    assert line.counterparty_name == "ZOÉ D’ALÈS"


def test_a_file_may_hold_several_statements() -> None:
    """One after the other, each with its own lines."""
    first = week(GIFT)
    second = statement([], opening_minor=5_000, opening_on=FRIDAY, closing_on=date(2026, 1, 16))
    found = read(as_file(first, second))
    assert [one.statement_id for one in found if isinstance(one, StatementHeader)] == [
        "du 05/01/2026 au 09/01/2026",
        "du 09/01/2026 au 16/01/2026",
    ]


def test_amounts_with_other_decimals_are_cents_all_the_same() -> None:
    """The norm has the number of decimals in each record."""
    records = [one[:19] + "3" + one[20:] for one in week(Movement(signed_minor=12_340, on=TUESDAY))]
    _, line, _ = read(as_file(records))
    assert isinstance(line, BankLine)
    assert line.amount_minor == 1_234


def _with(index: int, position: int, text: str) -> list[str]:
    """The records of a week with a gift, one of them changed."""
    records = week(GIFT)
    records[index] = records[index][: position - 1] + text + records[index][position - 1 + len(text) :]
    return records


REFUSED = {
    "no closing balance": (week(GIFT)[:-1], MalformedStatement, "solde de clôture"),
    "no opening balance": (week(GIFT)[1:], MalformedStatement, "pas à sa place"),
    "two opening balances": ([week(GIFT)[0], *week(GIFT)], MalformedStatement, "pas à sa place"),
    "a complement of nothing": ([week(GIFT)[0], *week(GIFT)[2:]], MalformedStatement, "pas à sa place"),
    "an unknown record": (_with(1, 1, "99"), MalformedStatement, "99"),
    "the movement of another account": (_with(1, 22, "98765432109"), MalformedStatement, "autre compte"),
    "an account that is none": (
        [one[:2] + "ABCDE" + one[7:] for one in week(GIFT)], MalformedStatement, "numéro de compte",
    ),
    "another currency": ([one[:16] + "USD" + one[19:] for one in week(GIFT)], ForeignCurrency, "USD"),
    "an amount without sign": (_with(1, 91, "00000000005000"), UnsupportedAmount, "ligne 2"),
    "fractions of a cent": (
        [one[:19] + "5" + one[20:] for one in week(Movement(signed_minor=5_001, on=TUESDAY))],
        UnsupportedAmount, "centimes",
    ),
    "more than there is": (
        [one[:19] + "0" + one[20:] for one in week(Movement(signed_minor=10**13 + 1, on=TUESDAY))],
        UnsupportedAmount, "centimes",
    ),
    "a day that is none": (_with(1, 35, "310226"), MalformedStatement, "310226"),
    "a day cut short": (_with(1, 35, "50126 "), MalformedStatement, "50126"),
    "a movement without a day": (_with(1, 35, "      "), MalformedStatement, "pas daté"),
    "a balance without a day": (_with(0, 35, "000000"), MalformedStatement, "dates"),
    "balances in the wrong order": (_with(0, 35, "100126"), MalformedStatement, "dates"),
    "a line that is too long": (_with(1, 120, "XYZ"), MalformedStatement, "120 caractères"),
    "a null character": (_with(1, 49, "\0"), MalformedStatement, "120 caractères"),
    "a sum that is wrong": (week(GIFT, closing_minor=5_001), StatementDoesNotAddUp, "0,01"),
    "too many complements": (
        week(Movement(signed_minor=1, on=TUESDAY, said=[("LIB", "X")] * 101)), MalformedStatement, "100 compléments",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", REFUSED)
def test_a_file_that_cannot_be_trusted_is_refused(fault: str) -> None:
    """With a French sentence that says what is wrong."""
    records, kind, says = REFUSED[fault]
    with pytest.raises(kind, match=says) as refused:
        read(as_file(records))
    assert str(refused.value).endswith(".")


def test_a_file_is_never_read_beyond_the_limit() -> None:
    """The limit is the setting's, counted while reading."""
    with pytest.raises(StatementTooLarge):
        read(as_file(week(*[GIFT] * 100)), max_bytes=5_000)


@fuzzed(300)
@given(st.data())
def test_a_mutated_file_is_read_or_refused(data: st.DataObject) -> None:
    """Nothing else is raised, whatever happened to its bytes."""
    content = bytearray(as_file(week(GIFT, GIFT)))
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 130))] = data.draw(st.binary(max_size=130))
    try:
        found = read(b"01" + bytes(content[2:]))
    except BankFileRefused:
        return
    assert isinstance(found[0], StatementHeader)
    assert isinstance(found[-1], StatementTotals)


@given(
    bank=st.text("0123456789", min_size=5, max_size=5),
    branch=st.text("0123456789", min_size=5, max_size=5),
    account=st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=11, max_size=11),
)
def test_the_iban_of_an_account_has_its_two_keys(bank: str, branch: str, account: str) -> None:
    """As another library computes them."""
    found = french_iban(bank=bank, branch=branch, account=account)
    assert found == str(IBAN.generate("FR", bank_code=bank, branch_code=branch, account_code=account))


def test_an_account_is_written_in_figures_and_capitals() -> None:
    """Anything else has no IBAN."""
    assert french_iban(bank="3000A", branch="00001", account="12345678901") is None
    assert french_iban(bank="300060", branch="0001", account="12345678901") is None
