"""The EPC QR code: its text against the guideline, its drawing against another maker's."""

import pytest
import segno
from segno import helpers

from services.pledges.formats.epc import UnprintableTransfer, epc_payload, epc_svg

TRANSFER = {
    "name": "Opération Milliard",
    "iban": "FR76 3000 6000 0112 3456 7890 189",
    "reference": "RF23 0640 0000 0101",
    "amount_minor": 12_345,
}
LINES = [
    "BCD",
    "002",
    "1",
    "SCT",
    "",
    "Opération Milliard",
    "FR7630006000011234567890189",
    "EUR123.45",
    "",
    "RF23064000000101",
]


def test_the_text_has_the_lines_of_the_guideline():
    """Ten lines, the last one being the reference, without a trailing newline."""
    assert epc_payload(**TRANSFER).split("\n") == LINES


def test_without_amount_the_giver_chooses():
    """The line of the amount is there, and empty."""
    assert epc_payload(**TRANSFER | {"amount_minor": None}).split("\n")[7] == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 71},
        {"name": "Milliard\nFR76"},
        {"iban": "FR7630006000011234567890188"},
        {"reference": "RF24064000000101"},
        {"amount_minor": 0},
        {"amount_minor": 100_000_000_000},
    ],
)
def test_what_the_guideline_forbids_is_refused(wrong):
    """A wrong code would send money elsewhere, or nowhere."""
    with pytest.raises(UnprintableTransfer):
        epc_payload(**TRANSFER | wrong)


@pytest.mark.parametrize("minor", [1, 100, 99_999_999_999])
def test_the_limits_of_the_amount_are_allowed(minor):
    """From one cent to 999 999 999,99 €."""
    assert epc_payload(**TRANSFER | {"amount_minor": minor})


def test_the_code_is_the_one_of_another_maker():
    """segno's own EPC helper, given the same transfer, says the same to a banking app."""
    theirs = helpers.make_epc_qr(
        name=LINES[5], iban=LINES[6], amount="123.45", reference=LINES[9], encoding="utf-8"
    )
    ours = segno.make_qr(epc_payload(**TRANSFER), error="m", encoding="utf-8", boost_error=False)
    assert ours.matrix == theirs.matrix


def test_the_drawing_says_what_it_is():
    """A screen reader gets a title; markup in it stays text."""
    svg = epc_svg(epc_payload(**TRANSFER), title='Virement de « 123,45 € » & <merci> "vous"')
    assert svg.startswith('<svg role="img" aria-label="')
    assert "<merci>" not in svg
    assert "&lt;merci&gt;" in svg
