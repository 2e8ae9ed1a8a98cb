"""From an entry of a camt.053 or camt.054 to its bank lines, the versions .001.02 and .001.08 side by side.

The entry's amount is what moved on the account. Its details must add up to it: exactly, or with the
charges that the bank took out of it, which then become a line of their own.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from services.pledges.domain.refusals import BatchDoesNotAddUp
from services.pledges.domain.statement import BankLine, Direction
from services.pledges.formats.camt_fields import (
    CURRENCY,
    Fields,
    date_at,
    direction_at,
    first,
    joined,
    minor_at,
)
from services.pledges.formats.camt_shapes import (
    AMOUNT_PATHS,
    CHARGE_PATHS,
    CREDITOR,
    DEBTOR,
    DOMAIN_CODE,
    Detail,
)
from services.pledges.formats.sepa import RETURNED_WITHOUT_REASON, provided


class Entry(NamedTuple):
    """What all the lines of an entry share."""

    number: int
    where: str
    own_iban: str
    signed_minor: int
    direction: Direction
    booked_on: date
    value_on: date
    fields: Fields


def read_entry(fields: Fields, *, where: str, number: int, own_iban: str, booked_else: date) -> Entry:
    """The head of a booked entry, which refusals name by `where`; `booked_else`: its day when the bank gives none."""
    direction = direction_at(fields, "CdtDbtInd", where=where)
    amount = minor_at(fields, "Amt", where=where)
    booked_on = date_at(fields, "BookgDt", where=where) or booked_else
    return Entry(
        number=number,
        where=where,
        own_iban=own_iban,
        signed_minor=_signed(amount, direction),
        direction=direction,
        booked_on=booked_on,
        value_on=date_at(fields, "ValDt", where=where) or booked_on,
        fields=fields,
    )


def lines_of(entry: Entry, details: list[Detail]) -> Iterator[BankLine]:
    """The lines of an entry, whose signed amounts sum to it. Nothing for an amount of zero.

    Raises `BatchDoesNotAddUp` before any line. A lone transaction takes the entry's amount whatever it says
    itself: a bank may have kept something on the way. A batch that gives no amount at all cannot be split: it
    is one line without reference, its texts kept as information, for a person to sort out.
    """
    amounts = [_detail_signed(entry, detail.fields) for detail in details]
    known = [amount for amount in amounts if amount is not None]
    if not details or not (known or _is_alone(details)):
        yield from _as_one_line(entry, details)
        return
    gap = entry.signed_minor - sum(known)
    explained = len(known) == len(amounts) and (gap == 0 or gap == _charges(entry, details))
    if not explained and _is_alone(details):
        known, gap = [entry.signed_minor], 0
    elif not explained:
        raise BatchDoesNotAddUp(where=entry.where, entry_minor=entry.signed_minor, sum_minor=sum(known))
    for index, (detail, amount) in enumerate(zip(details, known, strict=True), start=1):
        if amount:
            yield _line(entry, detail, index=index, signed_minor=amount)
    if gap:
        yield _charge_line(entry, index=len(details) + 1, signed_minor=gap)


def _line(entry: Entry, detail: Detail, *, index: int, signed_minor: int) -> BankLine:
    own, shared, batch = detail.fields, entry.fields, detail.batch
    direction = Direction.CREDIT if signed_minor > 0 else Direction.DEBIT
    name, iban = _counterparty(own, direction=direction, own_iban=entry.own_iban)
    references = own.get("RmtInf/Strd/CdtrRefInf/Ref", [])
    free_text = joined(own, "RmtInf/Ustrd", "RmtInf/Strd/AddtlRmtInf")
    is_return = "RtrInf" in own
    return BankLine(
        entry_index=entry.number,
        detail_index=index,
        amount_minor=abs(signed_minor),
        direction=direction,
        booked_on=entry.booked_on,
        value_on=entry.value_on,
        bank_reference=first(own, "Refs/AcctSvcrRef") or first(shared, "AcctSvcrRef", "NtryRef"),
        end_to_end_id=provided(first(own, "Refs/EndToEndId")),
        structured_reference=references[0] if references else None,
        remittance_text=" ".join(filter(None, [*references[1:], free_text])) or None,
        counterparty_name=name,
        counterparty_iban=iban,
        transaction_code=_transaction_code(own) or _transaction_code(shared),
        return_reason=(first(own, "RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry") or RETURNED_WITHOUT_REASON)
        if is_return
        else None,
        is_reversal=first(shared, "RvslInd") in ("true", "1"),
        additional_information=joined(own, "AddtlTxInf") or joined(shared, "AddtlNtryInf"),
        message_id=first(own, "Refs/MsgId") or first(batch, "MsgId"),
        payment_information_id=first(own, "Refs/PmtInfId") or first(batch, "PmtInfId"),
        instruction_id=first(own, "Refs/InstrId"),
        transaction_id=first(own, "Refs/TxId"),
        mandate_id=first(own, "Refs/MndtId"),
    )


def _as_one_line(entry: Entry, details: list[Detail]) -> list[BankLine]:
    if not entry.signed_minor:
        return []
    announced = {name: entry.fields.get(f"NtryDtls/Btch/{name}", [""]) for name in ("MsgId", "PmtInfId")}
    batch = details[0].batch if details else announced
    line = _line(entry, Detail(fields={}, batch=batch), index=0, signed_minor=entry.signed_minor)
    texts = [joined(detail.fields, "RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Ustrd") for detail in details]
    information = " · ".join(filter(None, [line.additional_information, *texts]))
    return [replace(line, additional_information=information or None)]


def _charge_line(entry: Entry, *, index: int, signed_minor: int) -> BankLine:
    return BankLine(
        entry_index=entry.number,
        detail_index=index,
        amount_minor=abs(signed_minor),
        direction=Direction.CREDIT if signed_minor > 0 else Direction.DEBIT,
        booked_on=entry.booked_on,
        value_on=entry.value_on,
        bank_reference=first(entry.fields, "AcctSvcrRef", "NtryRef"),
        transaction_code=_transaction_code(entry.fields),
        is_charge=True,
    )


def _detail_signed(entry: Entry, fields: Fields) -> int | None:
    """A transaction's effect in cents: its first amount in our currency, None when it gives none."""
    for path in AMOUNT_PATHS:
        if path in fields and fields[path + "@Ccy"][0] == CURRENCY:
            break
    else:
        return None
    direction = entry.direction
    if "CdtDbtInd" in fields:
        direction = direction_at(fields, "CdtDbtInd", where=entry.where)
    return _signed(minor_at(fields, path, where=entry.where), direction)


def _charges(entry: Entry, details: list[Detail]) -> int:
    """The charges stated by an entry's details, or else by itself; negative when we pay them."""
    by_details = sum(_charges_in(detail.fields, where=entry.where) for detail in details)
    return by_details or _charges_in(entry.fields, where=entry.where)


def _charges_in(fields: Fields, *, where: str) -> int:
    """Those in our currency: others, taken on the way by another bank, explain no cent that is missing here."""
    total = 0
    for path in CHARGE_PATHS:
        amounts, currencies = fields.get(f"{path}/Amt", []), fields.get(f"{path}/Amt@Ccy", [])
        directions = fields.get(f"{path}/CdtDbtInd", [])
        if len(directions) != len(amounts):
            directions = ["DBIT"] * len(amounts)
        for text, currency, direction in zip(amounts, currencies, directions, strict=True):
            if currency != CURRENCY:
                continue
            one = {"Amt": [text], "Amt@Ccy": [currency], "CdtDbtInd": [direction]}
            total += _signed(minor_at(one, "Amt", where=where), direction_at(one, "CdtDbtInd", where=where))
    return total


def _is_alone(details: list[Detail]) -> bool:
    return len(details) == 1 and first(details[0].batch, "NbOfTxs") in (None, "1")


def _counterparty(fields: Fields, *, direction: Direction, own_iban: str) -> tuple[str | None, str | None]:
    """Who is at the other end. A return keeps the parties of the first payment, so ours may be either one."""
    parties = (DEBTOR, CREDITOR) if direction is Direction.CREDIT else (CREDITOR, DEBTOR)
    for names, account in parties:
        name, iban = first(fields, *names), first(fields, account)
        if iban is not None:
            iban = iban.replace(" ", "").upper()
        if (name or iban) and iban != own_iban:
            return name, iban
    return None, None


def _transaction_code(fields: Fields) -> str | None:
    parts = [fields[path][0] for path in DOMAIN_CODE if path in fields]
    return "/".join(filter(None, parts)) or first(fields, "BkTxCd/Prtry/Cd")


def _signed(amount_minor: int, direction: Direction) -> int:
    return amount_minor if direction is Direction.CREDIT else -amount_minor
