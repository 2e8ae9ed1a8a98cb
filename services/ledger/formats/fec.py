"""The books of a year in the format of the « fichier des écritures comptables » (article A47 A-1 LPF, VII).

Eighteen fields between tabs, a line of titles, dates AAAAMMJJ, decimal commas. Numbers of entries are continuous within
a journal; each territory keeps its own, so that a journal's code is its own and the territory's (`COL64`). Promises and
reservations (class 8) are no entries of the general accounts: they are not in it. What earlier years bring over opens
the year (`RAN`). Debits and credits are in euros; what is in another currency is in the last two fields too.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from itertools import groupby

from services.ledger.domain.chart import CARRIED_FORWARD, CASH, JOURNAL_NAMES, MEMO_CLASS, Journal
from services.ledger.formats.exported import ExportedLine, decimal_text
from services.ledger.formats.fec_euros import ROUNDING, ROUNDING_GAIN, ROUNDING_LOSS, Euros, rounding_of
from shared.values import exponent_of

TITLES = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib",
    "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet", "ValidDate", "Montantdevise",
    "Idevise",
)  # fmt: skip

BROUGHT_FORWARD = "RAN"
"""The journal of what earlier years bring over."""

JOURNALS: dict[str, str] = {
    **{code: name for code, name in JOURNAL_NAMES.items() if code != Journal.COMMITMENTS},
    BROUGHT_FORWARD: "Reprise des soldes",
}
"""Those of a file: commitments are memo entries."""

LATIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "\u202f": " "})
"""What ISO 8859-15 does not have, and what stands for it."""

_UNFIT = str.maketrans(dict.fromkeys("\t|\r\n\x0b\x0c\x85\u2028\u2029", " "))
"""The official test refuses a tab or a bar inside a field, whichever of them separates fields."""


class FecEncoding(StrEnum):
    """The encodings that the article names, but ASCII."""

    UTF_8 = "utf-8"
    ISO_8859_15 = "iso-8859-15"


def file_name(siren: str, closing_on: date) -> str:
    """The name that the article wants: `732829320FEC20261231.txt`."""
    return f"{siren}FEC{closing_on:%Y%m%d}.txt"


class Fec:
    """Writes the lines of one file, each with its end, in the order in which they come."""

    def __init__(self, encoding: FecEncoding, *, labels: Mapping[str, str]) -> None:
        """`labels` are those of accounts."""
        self._encoding = encoding
        self._labels = ROUNDING | dict(labels)
        self._euros = Euros()

    def titles(self) -> bytes:
        """What the file begins with."""
        return _encoded(TITLES, self._encoding)

    def entries(self, lines: Iterable[ExportedLine]) -> Iterator[bytes]:
        """Whole entries, whose lines follow one another; what conversion leaves over is a line of its own."""
        for (_, journal, _), entry in groupby(lines, key=lambda line: line.entry):
            gap_cents = 0
            for line in entry:
                cents = self._euros.cents(line)
                gap_cents += cents
                yield _encoded(_fields(line, cents, self._labels), self._encoding)
            if gap_cents:
                rounding = rounding_of(line, gap_cents, is_opening=journal == BROUGHT_FORWARD)
                yield _encoded(_fields(rounding, rounding.amount_minor, self._labels), self._encoding)


def _fields(line: ExportedLine, cents: int, labels: Mapping[str, str]) -> tuple[str, ...]:
    in_other_money = "", ""
    if line.currency != "EUR":
        amount = decimal_text(line.amount_minor, exponent=exponent_of(line.currency))
        in_other_money = amount, line.currency
    return (
        f"{line.journal}{line.territory}",
        f"{JOURNALS[line.journal]} {line.territory}",
        str(line.entry_number),
        f"{line.entry_on:%Y%m%d}",
        line.account,
        labels[line.account],
        "",
        "",
        line.document,
        f"{line.value_on:%Y%m%d}",
        f"{line.label} ({line.fund}, {line.instrument})",
        decimal_text(max(cents, 0)),
        decimal_text(max(-cents, 0)),
        "",
        "",
        f"{line.validated_on:%Y%m%d}",
        *in_other_money,
    )


def _encoded(fields: Iterable[str], encoding: FecEncoding) -> bytes:
    text = "\t".join(field.translate(_UNFIT).strip() for field in fields)
    if encoding is FecEncoding.ISO_8859_15:
        text = text.translate(LATIN)
    return (text + "\r\n").encode(encoding.value, errors="replace")


def description(*, siren: str, year: int, labels: Mapping[str, str], encoding: FecEncoding) -> str:
    """What goes with the file (article A47 A-1, XI): what its codes mean, in French."""
    journals = "\n".join(
        f"  {code}<territoire> : {name}, un journal par territoire" for code, name in JOURNALS.items()
    )
    accounts = "\n".join(
        f"  {account} : {name}"
        for account, name in sorted(labels.items())
        if account[0] != MEMO_CLASS and not account.startswith(CASH)
    )
    return f"""Description du fichier {file_name(siren, date(year, 12, 31))}

Organisme : SIREN {siren}. Exercice du 1er janvier au 31 décembre {year}.
Format : article A47 A-1 du livre des procédures fiscales, 18 zones à tabulations, encodage {encoding.value.upper()}.
Ce fichier est un export au format FEC ; rien n’affirme qu’un organisme non imposable doive le présenter.

Journaux (JournalCode) :
{journals}
La numérotation (EcritureNum) est continue dans chaque journal. Le territoire est un code INSEE, 00 le niveau national.

Comptes (plan comptable des associations, ANC 2018-06) :
{accounts}
Les comptes 530B01 à 530B99 tiennent chacun les unités d’une monnaie locale : une unité vaut un euro, Montantdevise et
Idevise disent le nombre d’unités et la monnaie.
Les comptes 467100, 467200, 530B01 à 530B99, 588000, 657200, 101300, 167100, 168100 et 754190 suivent une convention
propre à l’organisme.
Les engagements (classe 8 : promesses, enveloppes) ne sont pas dans ce fichier.

Debit et Credit sont en euros. Montantdevise et Idevise disent ce qui est dans une autre devise, le crédit avec le signe
moins. 1 000 XPF (francs CFP) valent 8,38 euros ; les euros d’une ligne sont ceux de son compte après elle moins ceux
d’avant elle, au centime le plus proche. Quand les euros d’une écriture diffèrent de quelques centimes, une dernière
ligne le dit en {ROUNDING_LOSS} ou {ROUNDING_GAIN}, sans devise ; à la reprise des soldes, en {CARRIED_FORWARD}.
Ces deux comptes d’arrondi suivent une convention propre à l’organisme et ne sont que dans ce fichier.

EcritureLib se termine par le fonds et l’instrument, entre parenthèses. PieceRef est la ligne de banque, l’affectation,
le versement ou le relevé ; PieceDate est la date de valeur ; ValidDate est le jour où l’écriture a été inscrite, pour
toujours.
"""
