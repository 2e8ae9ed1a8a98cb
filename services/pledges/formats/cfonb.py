"""Reads CFONB 120 account statements: records of 120 characters, which French banks still send beside camt.053.

01 opens with the balance before, 04 is a movement, 05 adds to it under a qualifier, 07 closes with the balance after.
Source: CFONB, « Relevé de compte sur support informatique », July 2004, and its evolution for transfers, August 2007.
Positions in comments count from 1, as the norm does.

Read twice: a statement says how it ends in its last record, and a header must say so first. Memory does not depend on
the file's length. A bank's own fees have no code that all banks share: they go to suspense, for a person to sort out.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import BinaryIO

from services.pledges.domain.iban import french_iban
from services.pledges.domain.refusals import (
    ForeignCurrency,
    MalformedStatement,
    StatementTooLarge,
    UnsupportedAmount,
)
from services.pledges.domain.statement import BankLine, Direction, StatementHeader, StatementTotals
from services.pledges.domain.tally import LARGEST_SUM_MINOR, Tally
from services.pledges.formats.sepa import RETURNED_WITHOUT_REASON, provided

NORM = "CFONB 120"
CURRENCY = "EUR"
RECORD = 120
OPENING, MOVEMENT, COMPLEMENT, CLOSING = "01", "04", "05", "07"
FOLLOWERS = {
    None: {OPENING},
    OPENING: {MOVEMENT, CLOSING},
    MOVEMENT: {MOVEMENT, COMPLEMENT, CLOSING},
    COMPLEMENT: {MOVEMENT, COMPLEMENT, CLOSING},
    CLOSING: {OPENING},
}
"""Which record may follow which."""

MAX_STATEMENTS = 10_000  # of one file, whose headers are held: a day each, that is 27 years
MAX_COMPLEMENTS = 100  # of one movement, which is held; banks send up to some ten
CREDIT_DIGITS, DEBIT_DIGITS = "{ABCDEFGHI", "}JKLMNOPQR"
"""The last figure of an amount says its sign too (overpunch): its place here is the digit."""

AMOUNT = re.compile(f"[0-9 ]*[{re.escape(CREDIT_DIGITS + DEBIT_DIGITS)}]")
TEXTS = ("LIB", "LCC", "LC2")
"""Qualifiers of what the giver wrote, in the order of reading; the movement's own label comes before them."""


class _Record:
    """One record and its line in the file. Zones are those that several kinds of record have."""

    def __init__(self, text: str, *, line: int) -> None:
        self.text = text
        self.line = line
        self.code = text[:2]

    def zone(self, first: int, last: int) -> str:
        """The characters from one position to another, both included, without blanks around them."""
        return self.text[first - 1 : last].strip()

    @property
    def account(self) -> str:
        """Bank, branch, currency, decimals and number: what all records of a statement share."""
        return self.text[2:7] + self.text[11:20] + self.text[21:32]

    def day(self, first: int) -> date | None:
        """The day at a position, as DDMMYY; None where there is none."""
        text = self.zone(first, first + 5)
        if not text.strip("0"):
            return None
        try:
            if len(text) != len("DDMMYY"):  # strptime would take five figures too
                raise ValueError
            return datetime.strptime(text, "%d%m%y").date()  # noqa: DTZ007 - a bank's day has no time zone
        except ValueError:
            raise MalformedStatement(reason=f"la date « {text} » est illisible", line=self.line) from None

    def signed_minor(self) -> int:
        """The amount at 91–104 in cents, negative for a debit. Raises ForeignCurrency, UnsupportedAmount."""
        where = f"la ligne {self.line}"
        currency, decimals, text = self.zone(17, 19), self.zone(20, 20), self.zone(91, 104)
        if currency != CURRENCY:
            raise ForeignCurrency(currency=currency, where=where)
        if not AMOUNT.fullmatch(text) or not decimals.isdecimal():
            raise UnsupportedAmount(text=text, where=where)
        digits = CREDIT_DIGITS if text[-1] in CREDIT_DIGITS else DEBIT_DIGITS
        figures = int(f"{text[:-1].replace(' ', '')}{digits.index(text[-1])}")
        minor, rest = divmod(figures * 100, 10 ** int(decimals))
        if rest or minor > LARGEST_SUM_MINOR:
            raise UnsupportedAmount(text=text, where=where)
        return minor if digits is CREDIT_DIGITS else -minor


def read_statements(
    stream: BinaryIO, *, max_bytes: int
) -> Iterator[StatementHeader | BankLine | StatementTotals]:
    """Each statement of a file: its header, its lines in order, then its totals once they add up.

    `stream` is read from where it stands, and can be put back there. Raises a `BankFileRefused`, at any point.
    """
    start = stream.tell()
    headers = _headers(stream, max_bytes=max_bytes)
    stream.seek(start)
    records = _records(stream, max_bytes=max_bytes)
    for header in headers:
        tally = Tally(header)
        yield header
        for line in _lines(records, tally):
            tally.add(line)
            yield line
        yield tally.close()


def _lines(records: Iterator[_Record], tally: Tally) -> Iterator[BankLine]:
    """The lines of one statement, whose records are taken up to its last."""
    movement: _Record | None = None
    complements: list[_Record] = []
    for record in records:
        if record.code == COMPLEMENT:
            complements.append(record)
            if len(complements) > MAX_COMPLEMENTS:
                raise MalformedStatement(
                    reason=f"un mouvement y a plus de {MAX_COMPLEMENTS} compléments", line=record.line
                )
            continue
        if movement is not None:
            tally.entries += 1
            if (line := _line(movement, complements, entry_index=tally.entries)) is not None:
                yield line
        if record.code == CLOSING:
            return
        movement, complements = record if record.code == MOVEMENT else None, []


def _headers(stream: BinaryIO, *, max_bytes: int) -> Iterator[StatementHeader]:
    """What the statements of a file say of themselves. Their records follow one another as the norm has it."""
    found: list[StatementHeader] = []
    opening: _Record | None = None
    before: str | None = None
    for record in _records(stream, max_bytes=max_bytes):
        if record.code not in FOLLOWERS[before]:
            raise MalformedStatement(
                reason=f"un enregistrement « {record.code} » n’y est pas à sa place", line=record.line
            )
        before = record.code
        if record.code == OPENING:
            opening = record
        assert opening is not None, "nothing comes before the first one"
        if record.account != opening.account:
            raise MalformedStatement(reason="un mouvement y est celui d’un autre compte", line=record.line)
        if record.code == CLOSING:
            found.append(_header(opening, record))
            if len(found) > MAX_STATEMENTS:
                raise MalformedStatement(reason=f"il contient plus de {MAX_STATEMENTS} relevés")
    if before != CLOSING:
        raise MalformedStatement(reason="il s’arrête avant son solde de clôture")
    return iter(found)


def _header(opening: _Record, closing: _Record) -> StatementHeader:
    iban = french_iban(bank=opening.zone(3, 7), branch=opening.zone(12, 16), account=opening.zone(22, 32))
    if iban is None:
        raise MalformedStatement(reason="le numéro de compte est illisible", line=opening.line)
    opening_on, closing_on = opening.day(35), closing.day(35)
    if opening_on is None or closing_on is None or opening_on > closing_on:
        raise MalformedStatement(
            reason="les dates de ses soldes manquent ou se contredisent", line=closing.line
        )
    return StatementHeader(
        iban=iban,
        statement_id=f"du {opening_on:%d/%m/%Y} au {closing_on:%d/%m/%Y}",  # the norm gives it no number
        currency=CURRENCY,
        opening_minor=opening.signed_minor(),
        closing_minor=closing.signed_minor(),
        opening_on=opening_on,
        closing_on=closing_on,
        norm=NORM,
    )


def _line(movement: _Record, complements: list[_Record], *, entry_index: int) -> BankLine | None:
    """The line of a movement and what was added to it; None for an amount of zero.

    RCN begins with the payer's reference, on 35 characters; the payment's purpose comes after it.
    """
    signed_minor = movement.signed_minor()
    if not signed_minor:
        return None
    said: dict[str, list[str]] = {}
    for complement in complements:
        said.setdefault(complement.zone(46, 48), []).append(complement.zone(49, 118))
    booked_on = movement.day(35)
    if booked_on is None:
        raise MalformedStatement(reason="un mouvement n’y est pas daté", line=movement.line)
    direction = Direction.CREDIT if signed_minor > 0 else Direction.DEBIT
    texts = [movement.zone(49, 79), *(text for qualifier in TEXTS for text in said.get(qualifier, ()))]
    return BankLine(
        entry_index=entry_index,
        detail_index=0,
        amount_minor=abs(signed_minor),
        direction=direction,
        booked_on=booked_on,
        value_on=movement.day(43) or booked_on,
        bank_reference=_first(said, "REF") or movement.zone(105, 120) or movement.zone(82, 88) or None,
        end_to_end_id=provided(_first(said, "RCN", length=35)),
        structured_reference=_first(said, "LCS"),
        remittance_text=" ".join(filter(None, texts)) or None,
        counterparty_name=_first(said, "NPY" if direction is Direction.CREDIT else "NBE"),
        transaction_code=f"CFONB/{movement.zone(33, 34)}",
        return_reason=_first(said, "RET", length=4)
        or (RETURNED_WITHOUT_REASON if movement.zone(41, 42) else None),
        mandate_id=_first(said, "RUM", length=35),
    )


def _first(said: dict[str, list[str]], qualifier: str, *, length: int = 70) -> str | None:
    return said.get(qualifier, [""])[0][:length].strip() or None


def _records(stream: BinaryIO, *, max_bytes: int) -> Iterator[_Record]:
    """The records of a file: one on each line, or one after the other without line ends. Blank lines are passed over.

    A line may be shorter, where blanks at its end were lost on the way. Characters are those of ISO 8859-1, and those
    that Windows has beside them: banks send them in names.
    """
    size, has_lines = 0, None
    line = 0
    while content := stream.readline(RECORD + 2) if has_lines is not False else stream.read(RECORD):
        line += 1
        size += len(content)
        if size > max_bytes:
            raise StatementTooLarge(max_bytes=max_bytes)
        if has_lines is None:
            has_lines = content.endswith(b"\n")
            if not has_lines and len(content) > RECORD:
                stream.seek(RECORD - len(content), 1)
                size, content = RECORD, content[:RECORD]
        text = content.rstrip(b"\r\n\x1a").decode("cp1252", errors="replace").replace("\xa0", " ")
        if not text.strip():
            continue
        if len(text) > RECORD or not text.isprintable():
            raise MalformedStatement(
                reason=f"un enregistrement n’y a pas {RECORD} caractères lisibles", line=line
            )
        yield _Record(text.ljust(RECORD), line=line)
