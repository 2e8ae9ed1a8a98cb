"""Why a bank gives a direct debit back, in French, and what it means for the mandate.

Source: EPC173-14, guidance on reason codes for SDD R-transactions; ISO 20022 external code sets.
"""

from typing import NamedTuple


class ReturnReason(NamedTuple):
    """`suspends`: the next collection would come back as well, or may not be asked for again."""

    sentence: str
    suspends: bool


REASONS: dict[str, ReturnReason] = {
    "AC01": ReturnReason("L’IBAN du compte est faux.", True),
    "AC04": ReturnReason("Le compte est fermé.", True),
    "AC06": ReturnReason("Le compte est bloqué.", True),
    "AC13": ReturnReason("Ce type de compte ne peut pas être prélevé.", True),
    "AG01": ReturnReason("Ce compte n’accepte pas les prélèvements.", True),
    "AG02": ReturnReason("La banque n’attendait pas ce type de prélèvement dans la suite du mandat.", False),
    "AM04": ReturnReason("Il n’y avait pas assez d’argent sur le compte.", False),
    "AM05": ReturnReason("La banque avait déjà reçu ce prélèvement.", False),
    "BE05": ReturnReason("La banque ne reconnaît pas le créancier.", False),
    "CNOR": ReturnReason("Notre banque n’est pas reconnue par le système de paiement.", False),
    "DNOR": ReturnReason("La banque du compte n’est pas reconnue par le système de paiement.", True),
    "ED05": ReturnReason("Le règlement entre les banques a échoué.", False),
    "FF01": ReturnReason("Le fichier a été jugé mal formé.", False),
    "FOCR": ReturnReason("Notre banque a demandé l’annulation du prélèvement.", False),
    "MD01": ReturnReason("La personne dit n’avoir signé aucun mandat, ou l’avoir révoqué.", True),
    "MD02": ReturnReason("Des informations du mandat manquent ou sont fausses.", True),
    "MD06": ReturnReason("La personne a demandé à sa banque de la rembourser.", True),
    "MD07": ReturnReason("La personne qui possédait le compte est décédée.", True),
    "MS02": ReturnReason("La personne a refusé le prélèvement, sans dire pourquoi.", True),
    "MS03": ReturnReason("La banque n’a pas dit pourquoi.", False),
    "RC01": ReturnReason("L’identifiant de la banque du compte est faux.", True),
    "RR01": ReturnReason("La réglementation demande le numéro du compte ou l’identité de qui paie.", False),
    "RR02": ReturnReason("La réglementation demande le nom ou l’adresse de qui paie.", False),
    "RR03": ReturnReason("La réglementation demande le nom ou l’adresse de qui reçoit.", False),
    "RR04": ReturnReason("La réglementation s’y oppose.", False),
    "SL01": ReturnReason("La personne a demandé à sa banque de refuser ce type de prélèvement.", True),
}

SUSPENDING = frozenset(code for code, reason in REASONS.items() if reason.suspends)


def reason_in_french(code: str) -> str:
    """The sentence of a code; a code that nobody listed is shown as the bank wrote it."""
    known = REASONS.get(code)
    return known.sentence if known else f"Motif donné par la banque : {code}."
