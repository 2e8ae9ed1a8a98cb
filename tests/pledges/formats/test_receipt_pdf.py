"""Tax receipts as PDF, read back."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from pypdf import PdfReader
from pypdf.constants import UserAccessPermissions as May

from services.pledges.domain.tax_receipt import CountedPayment, Mode, TaxReceipt, control_code, printed_code
from services.pledges.formats.pdf_fonts import printable
from services.pledges.formats.receipt_pdf import receipt_pdf
from tests.pledges.receipts.made import RECEIPT

VERIFY = "https://milliard.example/recus/verifier"


def receipt(*amounts_minor: int, **changed: object) -> TaxReceipt:
    """A receipt of these payments, one on each day of spring."""
    payments = [
        CountedPayment(
            UUID(int=number), date.fromordinal(date(2025, 3, 1).toordinal() + number), amount, Mode.TRANSFER
        )
        for number, amount in enumerate(amounts_minor)
    ]
    return replace(RECEIPT, payments=payments, **changed)  # type: ignore[arg-type]


def read(made: TaxReceipt) -> PdfReader:
    return PdfReader(io.BytesIO(receipt_pdf(made, verify_url=VERIFY)))


def text_of(reader: PdfReader) -> str:
    """All of it in one line, no-break spaces as spaces."""
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_a_receipt_has_every_mention_of_the_model() -> None:
    """Who gave, who received, how much in figures and in words, when, how, under which article, who signs."""
    text = text_of(read(receipt(123_456)))
    for mention in (
        "2025-000042", "11580*05", "Association de l’Œuvre", "732829320", "12 rue de l’Église, 64000 Pau",
        "Rassembler des dons.", "Œuvre d’intérêt général", "D’Étienne", "Zoé", "3 impasse du Cœur",
        "64100 Bayonne", "*** 1 234,56 € ***", "Mille deux cent trente-quatre euros et cinquante-six centimes",
        "1er mars 2025", "Numéraire", "Virement, prélèvement, carte bancaire", "Autres : don manuel",
        "certifie sur l’honneur", "prévue à l’article 200 du code général des impôts", "15 janvier 2026",
        "Alix Exemple, trésorière", VERIFY,
    ):  # fmt: skip
        assert mention in text, mention


def test_the_wealth_tax_is_cited_by_those_who_may_only() -> None:
    """Article 978 beside article 200."""
    issuer = receipt(1).issuer._replace(for_wealth_tax=True, registration="W641000000")
    text = text_of(read(receipt(1, issuer=issuer)))
    assert "prévue aux articles 200 et 978 du code" in text
    assert "Numéro RNA W641000000" in text


def test_each_payment_is_listed_and_they_sum_to_the_total() -> None:
    """To the cent, with the day and the mode of each."""
    made = receipt(1000, 99, 5, 123_456)
    cheque = made.payments[0]._replace(mode=Mode.CHEQUE)
    text = text_of(read(replace(made, payments=[cheque, *made.payments[1:]])))
    for row in (
        "1er mars 2025 Chèque 10,00 €",
        "2 mars 2025 Virement, prélèvement, carte bancaire 0,99 €",
        "3 mars 2025 Virement, prélèvement, carte bancaire 0,05 €",
        "Total de 4 versements 1 245,60 €",
    ):
        assert row in text, row


@pytest.mark.parametrize(("payments", "pages"), [(1, 1), (12, 1), (80, 3)])
def test_a_year_of_months_fits_on_one_page(payments: int, pages: int) -> None:
    """Beyond, each page says which it is, and bears number and code."""
    made = receipt(*range(100, 100 + payments))
    reader = read(made)
    assert len(reader.pages) == pages
    code = printed_code(control_code(made.content_hash()))
    for number, page in enumerate(reader.pages, start=1):
        text = page.extract_text().replace("\u00a0", " ")
        assert f"Reçu n° 2025-000042 · Code de contrôle {code}" in text
        assert f"Page {number} sur {pages}" in text


def test_the_donor_may_read_and_print_and_change_nothing() -> None:
    """AES-256 with a password that opens everything and that nobody keeps: another each time."""
    first, second = read(receipt(100)), read(receipt(100))
    encryption = first.trailer["/Encrypt"]
    assert (encryption["/V"], encryption["/R"], encryption["/CF"]["/StdCF"]["/CFM"]) == (5, 6, "/AESV3")
    assert encryption["/O"] != second.trailer["/Encrypt"]["/O"]
    may = first.user_access_permissions
    assert may is not None
    assert may & May.PRINT
    assert may & May.EXTRACT_TEXT_AND_GRAPHICS
    assert not may & (May.MODIFY | May.ADD_OR_MODIFY | May.FILL_FORM_FIELDS | May.ASSEMBLE_DOC)


def test_the_file_says_its_title_its_language_and_has_its_fonts() -> None:
    """For people who listen to it, and for paper of any printer."""
    reader = read(receipt(100))
    assert reader.metadata is not None
    assert (
        reader.metadata.title == "Reçu des dons et versements effectués par les particuliers n° 2025-000042"
    )
    assert reader.trailer["/Root"]["/Lang"] == "fr-FR"
    assert reader.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"]
    fonts = reader.pages[0]["/Resources"]["/Font"].values()
    embedded = [font for font in fonts if "/FontFile2" in font.get("/FontDescriptor", {})]
    assert {str(font["/BaseFont"]).rpartition("+")[2] for font in embedded} == {
        "BitstreamVeraSans-Roman",
        "BitstreamVeraSans-Bold",
    }


def test_what_a_donor_typed_is_text_and_never_markup() -> None:
    """A picture of our disk, a font, or an open tag."""
    street = "<img src='/etc/passwd'/> & <b>gras</b> <para>"
    text = text_of(read(receipt(100, donor=receipt(100).donor._replace(street=street))))
    assert street in text


@pytest.mark.parametrize(
    ("name", "printed"),
    [("Œuvre à 5 €", "Œuvre à 5 €"), ("Ștefan Nguyễn", "Stefan Nguyen"), ("Kaʻahumanu", "Ka‘ahumanu"),
     ("E\u0301tienne", "Étienne"), ("1\u202f000", "1\u00a0000"), ("a‑b", "a-b")],
)  # fmt: skip
def test_a_letter_that_the_font_has_not_loses_its_accent(name: str, printed: str) -> None:
    """As in the French civil status; no empty box on paper."""
    assert printable(name) == printed


def test_a_cancelled_receipt_says_so_across_its_page() -> None:
    """With the number of the one that replaces it."""
    made = receipt(100, cancelled_at=datetime(2026, 2, 1, tzinfo=UTC), replaced_by="2025-000043")
    text = text_of(read(made))
    assert "ANNULÉ" in text
    assert "Reçu annulé le 1er février 2026" in text
    assert "remplacé par le reçu n° 2025-000043" in text


def test_receipts_are_made_side_by_side() -> None:
    """Downloads of one morning run in threads."""
    with ThreadPoolExecutor(8) as threads:
        files = list(threads.map(lambda cents: text_of(read(receipt(cents))), range(100, 124)))
    assert all(f"*** 1,{number:02d} € ***" in text for number, text in enumerate(files))
