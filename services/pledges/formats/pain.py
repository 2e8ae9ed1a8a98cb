"""What the payment files of SEPA share: characters, names, sums that are checked, the schema of the norm.

`sepaxml` writes the elements in their order; it names messages at random and lets through characters that banks refuse.
Here a file is given our own names, so that the same orders are the same bytes, and is checked before it leaves.
"""

import re
from datetime import datetime
from importlib import resources

from lxml import etree

_FORBIDDEN = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
"""What is not in the character set that every bank of SEPA takes (EPC217-08, §1.4). Accents are gone by then."""

LONGEST_ID = 35
TEXTS = ("Nm", "Ustrd")
WITHOUT_BIC = "NOTPROVIDED"


class PaymentFileWrong(Exception):
    """A file that says something else than what was asked for, or breaks the norm: it never leaves."""


def finished(
    written: bytes, *, schema: str, message_id: str, created_at: datetime, count: int, amount_minor: int
) -> bytes:
    """A file of `sepaxml` with our names in it, as bytes to send.

    Each payment block is named by the message and its sequence type, or its number; each transaction is asked to be
    booked on its own, so that the statement shows them one by one. Raises PaymentFileWrong.
    """
    root = etree.fromstring(written)
    space = f"{{{etree.QName(root).namespace}}}"
    header = root[0].find(f"{space}GrpHdr")
    assert header is not None, "the library writes one"
    _set(header, f"{space}MsgId", message_id)
    _set(header, f"{space}CreDtTm", created_at.strftime("%Y-%m-%dT%H:%M:%S"))
    for number, block in enumerate(root[0].iterfind(f"{space}PmtInf"), start=1):
        name = block.findtext(f"{space}PmtTpInf/{space}SeqTp") or str(number)
        _set(block, f"{space}PmtInfId", payment_information_id(message_id, name))
        _set(block, f"{space}BtchBookg", "false")
        for agent in block.iterfind(f"{space}DbtrAgt/{space}FinInstnId"):
            if not len(agent):  # a bank that is known by the account alone
                etree.SubElement(etree.SubElement(agent, f"{space}Othr"), f"{space}Id").text = WITHOUT_BIC
    for name in TEXTS:
        for element in root.iter(space + name):
            element.text = sepa_text(element.text or "")
    _check(root, header, space, count=count, amount_minor=amount_minor)
    norm = etree.XMLSchema(etree.parse(str(resources.files("sepaxml") / "schemas" / f"{schema}.xsd")))
    if not norm.validate(root):
        raise PaymentFileWrong(f"{schema}: {norm.error_log.last_error.type_name}")  # type: ignore[union-attr]
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def payment_information_id(message_id: str, name: str) -> str:
    """The name of a payment block: what a statement gives for a lump of its transactions."""
    return f"{message_id}-{name}"


def sepa_text(text: str) -> str:
    """A text of which the accents are gone, in the characters that every bank takes; « NOTPROVIDED » for none.

    No slash at either end, and never two together: they begin a code there (EPC217-08).
    """
    plain = re.sub(r"/{2,}", "/", _FORBIDDEN.sub(" ", text))
    return " ".join(plain.split()).strip("/ ") or WITHOUT_BIC


def _set(parent: etree._Element, name: str, text: str) -> None:
    found = parent.find(name)
    assert found is not None, "the library writes it"
    found.text = text


def _check(
    root: etree._Element, header: etree._Element, space: str, *, count: int, amount_minor: int
) -> None:
    """The file's own sums, recounted, are those of our tables."""
    amounts = [element.text or "" for element in root.iter(f"{space}InstdAmt")]
    stated = header.findtext(f"{space}NbOfTxs"), header.findtext(f"{space}CtrlSum")
    total = sum(int(amount.replace(".", "")) for amount in amounts)
    if (len(amounts), total) != (count, amount_minor) or stated != (
        str(count),
        f"{amount_minor // 100}.{amount_minor % 100:02d}",
    ):
        raise PaymentFileWrong("sums differ")
