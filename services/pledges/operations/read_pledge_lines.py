"""Turns the cells of an imported line into a pledge to make, or into everything that is wrong with it.

No name of a natural person is taken: a file passes through many hands and mailboxes, and the one whom it names has not
been asked. A person's line is an amount for a territory; whoever has the address of the pledge leaves a contact there.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

from services.pledges.domain.amounts import cents_from
from services.pledges.domain.commitment import COMMITMENT_NAMES, Commitment
from services.pledges.domain.fields import FieldRefused, line_within
from services.pledges.domain.funds import funds
from services.pledges.domain.instruments import instruments, needs_authorisation
from services.pledges.domain.particulars import Particulars
from services.pledges.domain.payer import KIND_NAMES, Organisation, PayerKind
from services.pledges.domain.pledge import GIFT, AmountOutOfLimits, PledgeRefused
from services.pledges.domain.pledge_file import MAX_IDENTIFIER, LineError, PledgeLine
from services.pledges.formats.identifiers import read_rna, read_siren, read_subscription
from services.pledges.formats.pledges_csv import COLUMNS, Row, folded
from services.pledges.operations.check_particulars import shape_checked
from services.pledges.operations.decide_instruments import check_among
from services.pledges.operations.make_pledge import check_fund, check_territory
from services.pledges.queries.instruments import InstrumentView
from services.pledges.settings import Settings
from shared.web.numbers import euros

T = TypeVar("T")
TITLES = {"name": "organisation"} | {held: title for title, held in COLUMNS.items()}
"""The title of a column by what it holds, and by the field that a refusal names."""

OF_ORGANISATIONS = ("organisation", "siren", "rna", "tribunal_reference")


class UnknownWord(FieldRefused):
    """A type, an instrument or a commitment that is none of the list."""

    sentence = "Ce mot n’est pas connu : écrivez {words}."


class SignedInAFile(FieldRefused):
    """A signature cannot be taken from a file."""

    sentence = (
        "Un engagement se signe par qui s’engage : importez une lettre d’intention, puis donnez l’adresse de sa page à "
        "cette personne."
    )


class PersonNamed(FieldRefused):
    """A natural person's line with what only organisations have."""

    sentence = (
        "Une personne n’a ni nom ni numéro dans ce fichier : "
        "videz ces cellules, ou indiquez le type d’organisation."
    )


class MailAddress(FieldRefused):
    """An address of electronic mail, in whichever cell."""

    sentence = "Une adresse de courriel n’a pas sa place dans ce fichier : supprimez-la."


class IdentifierTwice(FieldRefused):
    """Two lines of a file have one identifier."""

    field = "identifier"
    sentence = "Cet identifiant est déjà celui de la ligne {line} : chaque ligne a le sien."


def _words(names: Mapping[str, str]) -> dict[str, str]:
    """A code by its French name and by itself, as they are compared."""
    return {folded(word): code for code, name in names.items() for word in (name, code)}


KIND_WORDS = {kind.value: name.lower() for kind, name in KIND_NAMES.items()}
COMMITMENT_WORDS = {commitment.value: name.lower() for commitment, name in COMMITMENT_NAMES.items()}


class PledgeLines:
    """The lines of a file, read one after the other: `lines` that may be made, and the `errors` of the others."""

    def __init__(self, *, settings: Settings, known: list[InstrumentView]) -> None:
        self._settings = settings
        self._known = known
        self._instruments = {code: one.name.lower() for code, one in instruments().items()}
        self._funds = _words({code: fund.name for code, fund in funds().items()})
        self._identifiers: dict[str, int] = {}
        self._row = Row(0, {})
        self.lines: list[PledgeLine] = []
        self.errors: list[LineError] = []

    def read(self, row: Row) -> None:
        """Read one line; everything that is wrong with it is kept."""
        self._row = row
        before = len(self.errors)
        amount_minor = self._take(self._amount, "amount")
        territory = self._take(self._territory, "territory")
        fund = self._take(self._fund, "fund")
        identifier = self._take(self._identifier, "identifier")
        said = self._take(self._particulars)
        if len(self.errors) == before and amount_minor and territory and fund and said:
            self.lines.append(
                PledgeLine(
                    line=row.line,
                    amount_minor=amount_minor,
                    territory=territory,
                    fund=fund,
                    said=said,
                    identifier=identifier,
                )
            )

    def _take(self, reader: Callable[[], T], column: str = "") -> T | None:
        try:
            return reader()
        except PledgeRefused as refusal:
            title = TITLES.get(column or getattr(refusal, "field", ""))
            where = f"colonne «\u00a0{title}\u00a0». " if title else ""
            self.errors.append(LineError(self._row.line, f"{where}{refusal}"))
            return None

    def _cell(self, name: str) -> str:
        return self._row.cells.get(name, "").strip()

    def _amount(self) -> int:
        amount_minor = cents_from(self._cell("amount"))
        least, most = self._settings.min_pledge_minor, self._settings.max_imported_pledge_minor
        if not least <= amount_minor <= most:
            raise AmountOutOfLimits(f"Le montant doit être compris entre {euros(least)} et {euros(most)}.")
        return amount_minor

    def _territory(self) -> str:
        code = self._cell("territory").upper()
        code = code.zfill(2) if code.isascii() and code.isdigit() else code  # a spreadsheet makes 1 of 01
        check_territory(code)
        return code

    def _fund(self) -> str:
        written = self._cell("fund")
        code = self._funds.get(folded(written), written) if written else next(iter(funds()))
        check_fund(code)
        return code

    def _identifier(self) -> str | None:
        if not self._cell("identifier"):
            return None
        identifier = line_within(self._cell("identifier"), field="identifier", most=MAX_IDENTIFIER)
        first = self._identifiers.setdefault(identifier, self._row.line)
        if first != self._row.line:
            raise IdentifierTwice(line=first)
        return identifier

    def _particulars(self) -> Particulars:
        if any("@" in cell for cell in self._row.cells.values()):
            raise MailAddress
        commitment = Commitment(self._word("commitment", COMMITMENT_WORDS, default=Commitment.PROMISE))
        if commitment is Commitment.SIGNED:
            raise SignedInAFile
        instrument = self._word("instrument", self._instruments, default=GIFT)
        said = shape_checked(
            Particulars(
                payer=self._payer(),
                instrument=instrument,
                commitment=commitment,
                cross_subscription=read_subscription(
                    self._cell("subscribed_name"), self._cell("subscribed_siren")
                ),
            ),
            needs_signatory=False,
        )
        if needs_authorisation(instrument, commitment):
            check_among(self._known, instrument)
        return said

    def _payer(self) -> Organisation | None:
        kind = PayerKind(self._word("kind", KIND_WORDS, default=PayerKind.NATURAL_PERSON))
        if kind is PayerKind.NATURAL_PERSON:
            if any(self._cell(name) for name in OF_ORGANISATIONS):
                raise PersonNamed
            return None
        return Organisation(
            kind=kind,
            name=self._cell("organisation"),
            siren=read_siren(self._cell("siren")),
            rna=read_rna(self._cell("rna")),
            tribunal_reference=self._cell("tribunal_reference"),
        )

    def _word(self, column: str, names: Mapping[str, str], *, default: str) -> str:
        """The code of the word in a cell; `default` for an empty one. Raises UnknownWord."""
        written = self._cell(column)
        if not written:
            return default
        found = _words(names).get(folded(written))
        if found is None:
            raise UnknownWord(field=column, words=", ".join(names.values()))
        return found
