"""What a saver agrees to: the mention that SEPA requires, and how collections are announced.

A version is never changed: mandates keep its number and the SHA-256 of the text as it was shown.
Source: EPC rulebook, annex VII (the mandate); Code monétaire et financier, L133-25 (refunds).
"""

from hashlib import sha256
from typing import NamedTuple

NEWEST = 1

_TEXTS = {
    1: (
        "En signant ce formulaire de mandat, vous autorisez {creditor_name} à envoyer des instructions à votre banque "
        "pour débiter votre compte, et votre banque à débiter votre compte conformément aux instructions de "
        "{creditor_name}.\n"
        "Vous bénéficiez du droit d’être remboursé par votre banque selon les conditions décrites dans la convention "
        "que vous avez passée avec elle. Une demande de remboursement doit être présentée dans les 8 semaines suivant "
        "la date de débit de votre compte pour un prélèvement autorisé.\n"
        "Vos droits concernant ce mandat sont expliqués dans un document que vous pouvez obtenir auprès de votre "
        "banque.\n"
        "Chaque prélèvement vous est annoncé au moins {prenotification_days} jours avant sa date, sur la page de votre "
        "promesse et, si vous nous avez laissé une adresse, par courriel. Vous pouvez annuler ce mandat à tout moment "
        "sur cette page.\n"
        "Identifiant de créancier SEPA\u00a0: {creditor_id}."
    ),
}


class MandateText(NamedTuple):
    """The text of a mandate as it is shown to its saver."""

    creditor_name: str
    creditor_id: str
    prenotification_days: int
    version: int = NEWEST

    @property
    def text(self) -> str:
        """Raises KeyError for a version that never was."""
        return _TEXTS[self.version].format(**self._asdict())

    @property
    def paragraphs(self) -> list[str]:
        return self.text.split("\n")

    @property
    def digest(self) -> str:
        """The SHA-256 of the text, in hexadecimal."""
        return sha256(self.text.encode()).hexdigest()
