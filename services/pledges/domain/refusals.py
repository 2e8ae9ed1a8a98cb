"""Why a bank file is refused, in a French sentence that a treasurer can act on.

A refused file leaves nothing behind: whoever reads it must undo what was taken from it so far.
"""


def typeset(sentence: str) -> str:
    """French spacing: no line may break before « : », « € » or inside quotation marks."""
    for plain, bound in ((" :", "\u00a0:"), ("« ", "«\u00a0"), (" »", "\u00a0»"), ("n° ", "n°\u00a0")):
        sentence = sentence.replace(plain, bound)
    return sentence


def euros(amount_minor: int) -> str:
    """Cents as a French reader writes them: `-123456` → `-1 234,56 €`, with spaces that do not break."""
    whole, cents = divmod(abs(amount_minor), 100)
    grouped = f"{whole:,}".replace(",", "\u202f")
    return f"{'-' if amount_minor < 0 else ''}{grouped},{cents:02d}\u00a0€"


class BankFileRefused(Exception):
    """A bank file that cannot be imported; its message is for the treasurer."""

    def __init__(self, sentence: str) -> None:
        super().__init__(typeset(sentence))


class MalformedStatement(BankFileRefused):
    """The file is not XML, is cut short, or lacks something without which it means nothing."""

    def __init__(self, *, reason: str, line: int | None = None) -> None:
        self.line = line
        where = f" (ligne {line})" if line else ""
        super().__init__(
            f"Ce fichier n’est pas un relevé lisible : {reason}{where}. "
            "Téléchargez-le de nouveau auprès de la banque, sans l’ouvrir ni le modifier."
        )


class ForbiddenXml(BankFileRefused):
    """A document type declaration: no bank writes one, and it is how hostile XML attacks its reader."""

    def __init__(self) -> None:
        super().__init__(
            "Ce fichier contient une déclaration interdite (DTD ou entités XML), qu’aucune banque n’écrit. "
            "Il n’a pas été lu : vérifiez d’où il vient."
        )


class StatementTooLarge(BankFileRefused):
    """More bytes than the setting allows; counted while reading, so nothing larger is ever held."""

    def __init__(self, *, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        megabytes = f"{max_bytes / 1_000_000:.1f}".replace(".", ",")
        super().__init__(
            f"Ce fichier dépasse la taille permise ({megabytes} Mo). "
            "Demandez à la banque des relevés sur une période plus courte."
        )


class UnsupportedFormat(BankFileRefused):
    """XML, but of another norm or version than those that were checked against their schemas."""

    def __init__(self, *, found: str, accepted: tuple[str, ...]) -> None:
        self.found = found
        super().__init__(
            f"Ce fichier est au format « {found} », qui n’est pas pris en charge. "
            f"Demandez à la banque un relevé au format {' ou '.join(accepted)}."
        )


class ForeignCurrency(BankFileRefused):
    """An amount that is not in the account's currency."""

    def __init__(self, *, currency: str, where: str) -> None:
        self.currency = currency
        super().__init__(
            f"Le montant de {where} est en « {currency[:10]} » : seuls les comptes en euros peuvent être importés."
        )


class UnsupportedAmount(BankFileRefused):
    """An amount that is not a positive number of whole cents."""

    def __init__(self, *, text: str, where: str) -> None:
        super().__init__(
            f"Le montant « {text[:40]} » de {where} n’est pas un nombre positif de centimes. "
            "Signalez-le à la banque : le fichier n’a pas été importé."
        )


class MissingBalance(BankFileRefused):
    """Without both balances nothing proves that the statement is whole."""

    def __init__(self, *, statement_id: str, balance: str) -> None:
        super().__init__(
            f"Le relevé « {statement_id} » n’indique pas son solde {balance} avant ses écritures. "
            "Demandez à la banque un relevé complet, avec ses deux soldes."
        )


class StatementDoesNotAddUp(BankFileRefused):
    """Opening balance + booked entries ≠ closing balance."""

    def __init__(self, *, statement_id: str, opening_minor: int, sum_minor: int, closing_minor: int) -> None:
        self.gap_minor = closing_minor - opening_minor - sum_minor
        super().__init__(
            f"Le relevé « {statement_id} » ne tombe pas juste : solde d’ouverture {euros(opening_minor)}, "
            f"écritures {euros(sum_minor)}, solde de clôture annoncé {euros(closing_minor)}, "
            f"écart {euros(self.gap_minor)}. Demandez à la banque un relevé complet."
        )


class StatementMovesTooMuch(BankFileRefused):
    """More money than there is: a slip of the bank's, which no event and no column could carry."""

    def __init__(self, *, statement_id: str) -> None:
        super().__init__(
            f"Le relevé « {statement_id} » déplace plus de dix mille milliards d’euros : ses montants sont faux. "
            "Signalez-le à la banque : le fichier n’a pas été importé."
        )


class BatchDoesNotAddUp(BankFileRefused):
    """The details of a batch entry do not sum to the entry."""

    def __init__(self, *, where: str, entry_minor: int, sum_minor: int) -> None:
        self.gap_minor = entry_minor - sum_minor
        super().__init__(
            f"Le détail de {where} ne correspond pas à son total : {euros(entry_minor)} annoncés, "
            f"{euros(sum_minor)} détaillés, écart {euros(self.gap_minor)}. "
            "Demandez à la banque un relevé dont les remises sont complètes."
        )


def refusal_named(name: str, sentence: str) -> BankFileRefused:
    """A refusal as another process told it: of its class, with its sentence and nothing else."""
    kind = {cls.__name__: cls for cls in BankFileRefused.__subclasses__()}[name]
    refusal = kind.__new__(kind)
    BankFileRefused.__init__(refusal, sentence)
    return refusal
