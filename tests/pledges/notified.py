"""camt.054 files as French banks send them, for tests: entries with what they are made of."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from services.pledges.settings import DEMONSTRATION_IBAN

DAY = date(2026, 11, 2)


class Part(NamedTuple):
    """One transaction of an entry; a negative amount goes the other way. `reason`: why it is given back."""

    amount_minor: int
    end_to_end_id: str = "NOTPROVIDED"
    text: str = ""
    name: str = "Lou Exemple"
    iban: str = "FR1420041010050500013M02606"
    reason: str = ""


class Notified(NamedTuple):
    """An entry, worth the sum of its parts unless `amount_minor` says otherwise."""

    parts: Sequence[Part]
    reference: str = ""
    entry_reference: str = ""
    booked_on: date | None = DAY
    status: str = "BOOK"
    amount_minor: int | None = None


def notification(*entries: Notified, id: str = "AVIS-1", iban: str = DEMONSTRATION_IBAN) -> bytes:
    """A file with one notification, version .001.08."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn>
<GrpHdr><MsgId>M</MsgId><CreDtTm>2026-11-02T20:00:00Z</CreDtTm></GrpHdr>
<Ntfctn><Id>{id}</Id><Acct><Id><IBAN>{iban}</IBAN></Id></Acct>
{"".join(map(_entry, entries))}
</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>""".encode()


def _entry(entry: Notified) -> str:
    total = (
        sum(part.amount_minor for part in entry.parts) if entry.amount_minor is None else entry.amount_minor
    )
    day = f"<BookgDt><Dt>{entry.booked_on}</Dt></BookgDt>" if entry.booked_on else ""
    reference = f"<AcctSvcrRef>{entry.reference}</AcctSvcrRef>" if entry.reference else ""
    own = f"<NtryRef>{entry.entry_reference}</NtryRef>" if entry.entry_reference else ""
    details = f"<NtryDtls>{''.join(map(_part, entry.parts))}</NtryDtls>" if entry.parts else ""
    return (
        f"<Ntry>{own}{_amount(total)}<Sts><Cd>{entry.status}</Cd></Sts>{day}{reference}"
        f"<BkTxCd><Prtry><Cd>05</Cd></Prtry></BkTxCd>{details}</Ntry>"
    )


def _part(part: Part) -> str:
    text = f"<RmtInf><Ustrd>{part.text}</Ustrd></RmtInf>" if part.text else ""
    back = f"<RtrInf><Rsn><Cd>{part.reason}</Cd></Rsn></RtrInf>" if part.reason else ""
    return (
        f"<TxDtls><Refs><EndToEndId>{part.end_to_end_id}</EndToEndId></Refs>{_amount(part.amount_minor)}"
        f"<RltdPties><Dbtr><Pty><Nm>{part.name}</Nm></Pty></Dbtr>"
        f"<DbtrAcct><Id><IBAN>{part.iban}</IBAN></Id></DbtrAcct></RltdPties>{text}{back}</TxDtls>"
    )


def _amount(signed_minor: int) -> str:
    whole, cents = divmod(abs(signed_minor), 100)
    sign = "DBIT" if signed_minor < 0 else "CRDT"
    return f'<Amt Ccy="EUR">{whole}.{cents:02d}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'
