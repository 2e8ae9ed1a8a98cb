"""Files made to hurt whoever reads them: bombs, depths, lengths, and what is no statement at all."""

import io
import zipfile
from collections.abc import Callable

from tests.pledges.formats.mutated_camt import SAMPLES

GOOD = next(data for data in SAMPLES if b"camt.053.001.08" in data and b"<Ntry>" in data)
_HEAD, _REST = GOOD.split(b"<Ntry>", 1)


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("releve.xml", GOOD)
    return out.getvalue()


def _laughs() -> bytes:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a0 "ha">{levels}]><Document>&a9;</Document>'.encode()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "a zip": _zip,
    "a table": lambda: b"Date;Montant\r\n2026-03-02;10,00\r\n" * 100_000,
    "a billion laughs": _laughs,
    "an external entity": lambda: b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>',
    "deep nesting": lambda: _HEAD + b"<a>" * 200_000,
    "deep nesting of entries": lambda: _HEAD + b"<Ntry>" * 100_000,
    "a huge text": lambda: _HEAD + b"<Ntry><AddtlNtryInf>" + b"a" * 30_000_000 + b"</AddtlNtryInf></Ntry>" + _REST,
    "a huge attribute": lambda: _HEAD + b'<Ntry x="' + b"a" * 30_000_000 + b'">' + _REST,
    "thousands of attributes": lambda: _HEAD + b"<Ntry " + b"".join(b'a%d="" ' % n for n in range(200_000)) + b">",
    "thousands of namespaces": lambda: _HEAD + b"".join(b'<a xmlns:n%d="urn:%d">' % (n, n) for n in range(60_000)),
    "a million names": lambda: _HEAD + b"".join(b"<n%d/>" % n for n in range(1_000_000)),
    "many small entries": lambda: _HEAD + b"<Ntry><Sts><Cd>PDNG</Cd></Sts></Ntry>" * 50_000 + b"<Ntry>" + _REST,
    "details without end": lambda: _HEAD + b"<Ntry><NtryDtls>" + b"<TxDtls/>" * 200_000,
    "a million comments": lambda: _HEAD + b"<!-- -->" * 1_000_000,
    "an endless declaration": lambda: b"<?xml " + b" " * 30_000_000,
    "only spaces": lambda: b" " * 50_000_000,
    "a billion balances": lambda: _HEAD + b"<Bal/>" * 1_000_000,
}  # fmt: skip
