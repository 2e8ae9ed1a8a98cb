"""The head of a camt.053 statement: whose account, which statement, from which balance to which."""

import re
from dataclasses import dataclass
from datetime import date

from lxml import etree

from services.pledges.domain.iban import normalise_iban
from services.pledges.domain.refusals import MalformedStatement, MissingBalance
from services.pledges.domain.statement import Direction, StatementHeader
from services.pledges.formats.camt_fields import (
    CURRENCY,
    Fields,
    Shape,
    date_at,
    direction_at,
    first,
    minor_at,
    namespace_of,
)

OPENING = ("OPBD", "PRCD")  # some banks only repeat the previous closing balance
CLOSING = ("CLBD",)
HEAD = Shape("Id", "StmtPgntn/PgNb", "ElctrncSeqNb", "Acct/Id/IBAN")
PAGE = re.compile("[0-9]{1,5}")  # Max5NumericText
BALANCE = Shape("Tp/CdOrPrtry/Cd", "Amt", "CdtDbtInd", "Dt/Dt", "Dt/DtTm")


@dataclass(frozen=True, slots=True)
class _Balance:
    signed_minor: int
    on: date


def read_header(statement: etree._Element) -> StatementHeader:
    """The header of a `Stmt`, from what stands before its entries.

    A statement sent in several pages gives each its own balances. Raises `MissingBalance`, `MalformedStatement`,
    `ForeignCurrency` or `UnsupportedAmount`.
    """
    head = HEAD.read(statement)
    statement_id = identity_at(head, page="StmtPgntn/PgNb", what="un relevé")
    where = f"un solde du relevé « {statement_id} »"
    balances = [BALANCE.read(balance) for balance in statement.iterchildren(namespace_of(statement) + "Bal")]
    opening = _balance(balances, OPENING, name="d’ouverture", statement_id=statement_id, where=where)
    closing = _balance(balances, CLOSING, name="de clôture", statement_id=statement_id, where=where)
    sequence = first(head, "ElctrncSeqNb") or ""
    return StatementHeader(
        iban=iban_at(head, of=f"du relevé « {statement_id} »"),
        statement_id=statement_id,
        sequence_number=int(sequence) if re.fullmatch("[0-9]{1,18}", sequence) else None,
        currency=CURRENCY,
        opening_minor=opening.signed_minor,
        closing_minor=closing.signed_minor,
        opening_on=opening.on,
        closing_on=closing.on,
    )


def identity_at(head: Fields, *, page: str, what: str) -> str:
    """The bank's own id of a report; from its second page on, the number of the page at `page` is part of it."""
    identity, number = first(head, "Id"), first(head, page)
    if identity is None:
        raise MalformedStatement(reason=f"{what} n’a pas d’identifiant")
    if number is not None and not PAGE.fullmatch(number):
        raise MalformedStatement(reason=f"{what} n’a pas de numéro de page lisible")
    return identity if number in (None, "1") else f"{identity} p. {number}"


def iban_at(head: Fields, *, of: str) -> str:
    """The account of a report."""
    iban = normalise_iban(first(head, "Acct/Id/IBAN") or "")
    if iban is None:
        raise MalformedStatement(reason=f"l’IBAN du compte {of} manque ou est faux")
    return iban


def _balance(
    balances: list[Fields], codes: tuple[str, ...], *, name: str, statement_id: str, where: str
) -> _Balance:
    for code in codes:
        for fields in balances:
            if first(fields, "Tp/CdOrPrtry/Cd") != code:
                continue
            amount = minor_at(fields, "Amt", where=where)
            credit = direction_at(fields, "CdtDbtInd", where=where) is Direction.CREDIT
            on = date_at(fields, "Dt", where=where)
            if on is None:
                raise MalformedStatement(reason=f"{where} n’est pas daté")
            return _Balance(signed_minor=amount if credit else -amount, on=on)
    raise MissingBalance(statement_id=statement_id, balance=name)
