"""The file of transfers: its norm, its sums, the same bytes."""

from datetime import UTC, date, datetime

from lxml import etree

from services.pledges.formats.pain001 import SCHEMA, Transfer, write_transfers

NS = {"p": f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"}


def written(*transfers: Transfer) -> bytes:
    return write_transfers(
        transfers,
        debtor_name="Opération Milliard",
        debtor_iban="FR7630006000011234567890189",
        execute_on=date(2026, 11, 24),
        message_id="MILLIARD-20261124-0123456789AB",
        created_at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
    )


GARDENS = Transfer(
    "Les Jardins partagés & Cie", "FR1420041010050500013M02606", None, 900_001, "VIR-1", "Aide"
)
ABROAD = Transfer("Alpe", "CH9300762011623852957", "ZKBKCHZZ80A", 5, "VIR-2", "Prêt")


def test_a_file_says_who_gets_what_from_which_account() -> None:
    """In the characters of every bank; a bank is named where it was given. The writer checks it against its schema."""
    root = etree.fromstring(written(GARDENS, ABROAD))

    def said(path: str) -> list[str]:
        return [element.text or "" for element in root.iterfind(f".//p:{path}", NS)]

    assert said("GrpHdr/p:CtrlSum") == ["9000.06"]
    assert said("PmtInfId") == ["MILLIARD-20261124-0123456789AB-1"]
    assert said("BtchBookg") == ["false"]
    assert said("ReqdExctnDt/p:Dt") == ["2026-11-24"]
    assert said("DbtrAgt//p:Id") == ["NOTPROVIDED"]
    assert said("Cdtr/p:Nm") == ["Les Jardins partages Cie", "Alpe"]
    assert said("InstdAmt") == ["9000.01", "0.05"]
    assert said("EndToEndId") == ["VIR-1", "VIR-2"]
    assert said("BICFI") == ["ZKBKCHZZ80A"]


def test_the_same_transfers_are_the_same_bytes() -> None:
    """Nothing in it is drawn or timed by the library."""
    assert written(GARDENS, ABROAD) == written(GARDENS, ABROAD)
