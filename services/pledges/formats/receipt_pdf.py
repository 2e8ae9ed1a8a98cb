"""A tax receipt as a PDF: the mentions of the model 11580*05 (2041-RD) that concern a gift of money by the bank.

Boxes of the model that do not apply are left out, as receipts that organisations lay out themselves may do.
The file says its title and its language, has its fonts inside, and is locked. What proves a copy is its code, not its
lock.
"""

import io
import threading
from collections.abc import Iterator
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, SimpleDocTemplate, Spacer, Table

from services.pledges.domain.amount_in_words import amount_in_words
from services.pledges.domain.tax_receipt import Mode, TaxReceipt, control_code, printed_code
from services.pledges.formats.pdf_blocks import (
    ALARM,
    FRAME_PADDING,
    LINE,
    MARGIN,
    SOFT,
    WIDTH,
    facts,
    heading,
    text,
)
from services.pledges.formats.pdf_fonts import BOLD, REGULAR, font_characters
from services.pledges.formats.pdf_lock import locked
from shared.web.numbers import date_fr, euros

TITLE = "Reçu des dons et versements effectués par les particuliers"
MODES = {
    Mode.TRANSFER: "Virement, prélèvement, carte bancaire",
    Mode.CHEQUE: "Chèque",
    Mode.CASH: "Remise d’espèces",
}
"""The boxes of the model."""

_ONE_AT_A_TIME = threading.Lock()
"""reportlab's fonts note which letters each file takes, and two threads at once confuse them."""


def receipt_pdf(receipt: TaxReceipt, *, verify_url: str) -> bytes:
    """The file of a receipt. `verify_url` is the page where its number and code are checked."""
    code = printed_code(control_code(receipt.content_hash()))
    with _ONE_AT_A_TIME:
        pages = _laid_out(receipt, code=code, verify_url=verify_url, pages=0)[1]
        content, _ = _laid_out(receipt, code=code, verify_url=verify_url, pages=pages)
    return locked(content)


def _laid_out(receipt: TaxReceipt, *, code: str, verify_url: str, pages: int) -> tuple[bytes, int]:
    """The file, not locked, and how many pages it has; `pages` is what its footers say, known after a first time."""
    font_characters()
    out = io.BytesIO()
    title = f"{TITLE} n° {receipt.printed_number}"
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=MARGIN - FRAME_PADDING,
        rightMargin=MARGIN - FRAME_PADDING,
        topMargin=12 * mm,
        bottomMargin=20 * mm,
        title=title,
        author=receipt.issuer.name,
        subject=f"Dons de l’année {receipt.year}",
        creator="Opération Milliard",
        lang="fr-FR",
        displayDocTitle=True,
    )

    def frame_page(canvas: Any, _: object) -> None:
        canvas.setFont(REGULAR, 7.5)
        canvas.setFillColor(SOFT)
        canvas.drawString(MARGIN, 15 * mm, f"Reçu n°\u00a0{receipt.printed_number} · Code de contrôle {code}")
        canvas.drawString(MARGIN, 11 * mm, f"Vérifier ce reçu\u00a0: {verify_url}")
        canvas.drawRightString(A4[0] - MARGIN, 15 * mm, f"Page {canvas.getPageNumber()} sur {pages}")
        if receipt.cancelled_at:
            canvas.saveState()
            canvas.setFillColor(ALARM, alpha=0.18)
            canvas.setFont(BOLD, 96)
            canvas.translate(A4[0] / 2, A4[1] / 2)
            canvas.rotate(45)
            canvas.drawCentredString(0, -30, "ANNULÉ")
            canvas.restoreState()

    document.build(list(_content(receipt, code)), onFirstPage=frame_page, onLaterPages=frame_page)
    return out.getvalue(), document.page


def _content(receipt: TaxReceipt, code: str) -> Iterator[Flowable]:
    issuer, donor = receipt.issuer, receipt.donor
    articles = "aux articles 200 et 978" if issuer.for_wealth_tax else "à l’article 200"
    yield Table(
        [
            [
                text(f"{TITLE} au titre des articles 200 et 978 du code général des impôts", size=13, bold=True),
                [
                    text("Numéro d’ordre du reçu", size=8, color=SOFT, right=True),
                    text(receipt.printed_number, size=13, bold=True, right=True),
                    text("D’après le modèle n° 11580*05", size=7, color=SOFT, right=True),
                ],
            ]
        ],
        colWidths=[WIDTH - 48 * mm, 48 * mm],
        style=[("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0),
               ("RIGHTPADDING", (0, 0), (-1, -1), 0)],
    )  # fmt: skip
    if receipt.cancelled_at:
        replaced = f" Il est remplacé par le reçu n° {receipt.replaced_by}." if receipt.replaced_by else ""
        yield Spacer(0, 3 * mm)
        yield text(
            f"Reçu annulé le {date_fr(receipt.cancelled_at)} : il ne donne droit à rien.{replaced}",
            bold=True,
            color=ALARM,
        )
    yield heading("Bénéficiaire des versements")
    yield facts(
        ("Nom ou dénomination", issuer.name),
        (f"Numéro {issuer.registration_kind}", issuer.registration),
        ("Adresse", f"{issuer.street}, {issuer.postal_code} {issuer.city}"),
        ("Objet", issuer.object),
        ("Qualité", issuer.quality),
    )
    yield heading("Donateur ou donatrice")
    yield facts(
        ("Nom", donor.last_name),
        ("Prénoms", donor.first_names),
        ("Adresse", donor.street),
        ("Code postal, commune", f"{donor.postal_code} {donor.city}"),
        ("Pays", donor.country),
    )
    yield heading("Dons et versements")
    yield text(
        "Le bénéficiaire reconnaît avoir reçu, au titre des dons et versements ouvrant droit à réduction d’impôt, la "
        "somme de :"
    )
    yield Spacer(0, 1 * mm)
    yield text(f"*** {euros(receipt.amount_minor)} ***", size=15, bold=True)
    yield Spacer(0, 1 * mm)
    words = amount_in_words(receipt.amount_minor)
    yield facts(("Somme en toutes lettres", words[0].upper() + words[1:]))
    yield Spacer(0, 2 * mm)
    yield _payments(receipt)
    yield Spacer(0, 2 * mm)
    yield facts(
        ("Forme du don", "Autres : don manuel"),
        ("Nature du don", "Numéraire"),
        (
            "Mode de versement",
            " ; ".join(MODES[mode] for mode in Mode if mode in {p.mode for p in receipt.payments}),
        ),
    )
    yield Spacer(0, 2 * mm)
    yield KeepTogether(
        [
            text(
                "Le bénéficiaire certifie sur l’honneur que les dons et versements qu’il reçoit ouvrent droit à la "
                f"réduction d’impôt prévue {articles} du code général des impôts."
            ),
            Spacer(0, 3 * mm),
            facts(
                ("Date", date_fr(receipt.issued_at)),
                ("Signature", f"{issuer.signatory_name}, {issuer.signatory_role}"),
                ("Code de contrôle", code),
            ),
        ]
    )


def _payments(receipt: TaxReceipt) -> Flowable:
    """Payment by payment, with the bank's date; the titles come again on each page."""
    rows = [[text("Date du versement", size=8, color=SOFT), text("Mode", size=8, color=SOFT),
             text("Montant", size=8, color=SOFT, right=True)]]  # fmt: skip
    for payment in sorted(receipt.payments, key=lambda one: (one.booked_on, one.payment_id)):
        rows.append(
            [
                text(date_fr(payment.booked_on)),
                text(MODES[payment.mode]),
                text(euros(payment.amount_minor), right=True),
            ]
        )
    if len(receipt.payments) > 1:
        total = f"Total de {len(receipt.payments)} versements"
        rows.append([text(total, bold=True), "", text(euros(receipt.amount_minor), bold=True, right=True)])
    style: list[Any] = [
        ("LINEBELOW", (0, 0), (-1, 0), 0.5, LINE),
        ("TOPPADDING", (0, 0), (-1, -1), 0.8),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0.8),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ]
    if len(receipt.payments) > 1:
        style += [("LINEABOVE", (0, -1), (-1, -1), 0.5, LINE), ("SPAN", (0, -1), (1, -1))]
    return Table(rows, colWidths=[45 * mm, WIDTH - 85 * mm, 40 * mm], style=style, repeatRows=1)
