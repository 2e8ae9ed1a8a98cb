"""The fonts of our PDFs, inside each file, and texts in the letters that they have.

Bitstream Vera, which reportlab ships; its licence lets it be embedded. It has the letters of Western and most of
Central Europe, with « € » and « œ ».
"""

import unicodedata
from functools import cache

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, BOLD = "Vera", "Vera-Bold"


def printable(text: str) -> str:
    """The text in characters that the font has: others lose their accents, as in civil status (« ș » is « s »)."""
    return "".join(_in_font(character) for character in unicodedata.normalize("NFC", text))


def _in_font(character: str) -> str:
    known = font_characters()
    if ord(character) in known:
        return character
    if character.isspace():
        return "\u00a0"  # the narrow one of thousands
    plain = _LOOK_ALIKE.get(character) or "".join(
        one for one in unicodedata.normalize("NFKD", character) if not unicodedata.combining(one)
    )
    return plain if all(ord(one) in known for one in plain) else "?"


_LOOK_ALIKE = {"‐": "-", "‑": "-", "ʻ": "‘", "ʼ": "’"}


@cache
def font_characters() -> frozenset[int]:
    """The code points that both fonts have; registers them."""
    covered = []
    for name, file in ((REGULAR, "Vera.ttf"), (BOLD, "VeraBd.ttf")):
        font = TTFont(name, file)
        pdfmetrics.registerFont(font)
        covered.append(frozenset(font.face.charToGlyph))
    return covered[0] & covered[1]
