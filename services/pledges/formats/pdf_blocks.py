"""What the pages of our PDFs are made of: A4, texts, headings, and facts in two columns."""

from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Table

from services.pledges.domain.refusals import typeset
from services.pledges.formats.pdf_fonts import BOLD, REGULAR, printable

INK, SOFT, LINE, ALARM = HexColor("#1d2a23"), HexColor("#4d5a52"), HexColor("#c9c2b2"), HexColor("#a3231a")
MARGIN = 18 * mm
WIDTH = A4[0] - 2 * MARGIN
FRAME_PADDING = 6  # points that reportlab leaves around what it lays out


def facts(*pairs: tuple[str, str]) -> Flowable:
    """Terms on the left, what they are on the right."""
    return Table(
        [[text(term, size=8, color=SOFT), text(value)] for term, value in pairs],
        colWidths=[45 * mm, WIDTH - 45 * mm],
        style=[
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 0.8),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 0.8),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ],
    )


def heading(words: str) -> Flowable:
    """A line across the page under its words."""
    return Table(
        [[text(words, size=10.5, bold=True)]],
        colWidths=[WIDTH],
        spaceBefore=3 * mm,
        spaceAfter=1 * mm,
        style=[("LINEBELOW", (0, 0), (-1, -1), 0.8, INK), ("LEFTPADDING", (0, 0), (-1, -1), 0),
               ("BOTTOMPADDING", (0, 0), (-1, -1), 2)],
    )  # fmt: skip


def text(
    words: str, *, size: float = 9, bold: bool = False, color: Any = INK, right: bool = False
) -> Flowable:
    """A paragraph. What people typed is escaped: reportlab reads markup, that of pictures among others."""
    style = ParagraphStyle(
        "text",
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=size * 1.35,
        textColor=color,
        alignment=TA_RIGHT if right else 0,
    )
    return Paragraph(escape(printable(typeset(words))), style)
