"""Disbursements: how much may still be asked for, and where each request stands with the ledger."""

from enum import StrEnum

from services.projects.domain.amounts import checked_amount, in_euros
from services.projects.domain.needs import OPEN_TO_REQUESTS, NeedState
from services.projects.domain.refusals import Refusal, typeset


class DisbursementState(StrEnum):
    """Where a request stands; the ledger moves it on."""

    REQUESTED = "requested"
    REFUSED = "refused"
    RESERVED = "reserved"
    ORDERED = "ordered"
    COMMITTED = "committed"
    DISBURSED = "disbursed"


_S = DisbursementState

WAY = (_S.REQUESTED, _S.RESERVED, _S.ORDERED, _S.COMMITTED, _S.DISBURSED)
"""The way of the money. Events of one disbursement come in this order (its id is their key); a refusal ends
it, at its first step or as long as nobody confirmed it: the reservation was given up."""

REFUSABLE = (_S.REQUESTED, _S.RESERVED, _S.ORDERED)
"""Where nothing is committed."""


class NeedNotOpenToRequests(Refusal):
    """Money is asked for on a need that is not approved, or that is over."""

    sentence = "Ce besoin n’est pas ouvert aux demandes de versement : il doit être approuvé et non soldé."


class AmountBeyondRemaining(Refusal):
    """More is asked for than what the decision leaves."""

    field = "amount"
    sentence = "Ce montant dépasse ce qui reste à demander sur ce besoin : {remaining}."

    def __init__(self, *, remaining_minor: int) -> None:
        self.remaining_minor = remaining_minor
        super().__init__(remaining=in_euros(remaining_minor))


class IbanInvalid(Refusal):
    """Not an IBAN, or its check digits or its bank's own key are wrong."""

    field = "payee_iban"
    sentence = "Cet IBAN n’est pas valable : recopiez-le depuis le RIB de l’organisation."


class IbanOutsideSepa(Refusal):
    """An account that a SEPA credit transfer cannot reach."""

    field = "payee_iban"
    sentence = "Ce compte est hors de la zone SEPA : indiquez un IBAN que les virements en euros atteignent."


class RequestKeyReused(Refusal):
    """An idempotency key comes back with another content."""

    sentence = "Cette clé d’idempotence a déjà servi à une autre demande : utilisez-en une nouvelle."


class DisbursementOutOfOrder(Exception):
    """The ledger says something that cannot follow where the disbursement stands: a fault of the event."""

    def __init__(self, *, state: DisbursementState, next_state: DisbursementState) -> None:
        super().__init__(f"a disbursement that is {state} cannot become {next_state}")


def remaining_minor(*, approved_minor: int, asked_minor: int) -> int:
    """What may still be asked for, in cents; `asked_minor` is the sum of the requests not refused."""
    return approved_minor - asked_minor


def check_request(*, amount_minor: int, need_state: NeedState, approved_minor: int, asked_minor: int) -> None:
    """Whether this much may be asked for now. Raises the refusal that says why not."""
    checked_amount(amount_minor)
    if need_state not in OPEN_TO_REQUESTS:
        raise NeedNotOpenToRequests()
    left = remaining_minor(approved_minor=approved_minor, asked_minor=asked_minor)
    if amount_minor > left:
        raise AmountBeyondRemaining(remaining_minor=left)


def moved_on(state: DisbursementState, said: DisbursementState) -> DisbursementState:
    """The state after the ledger said one; the same state when that is known already (a replay).

    Raises DisbursementOutOfOrder when what was said cannot follow.
    """
    if said is state or (said in WAY and state in WAY and WAY.index(said) < WAY.index(state)):
        return state
    if state is _S.REFUSED and said in REFUSABLE:  # it was given up since
        return state
    follows = REFUSABLE if said is _S.REFUSED else (WAY[WAY.index(said) - 1],)
    if state not in follows:
        raise DisbursementOutOfOrder(state=state, next_state=said)
    return said


def refusal_sentence(available_minor: int, reason: str | None) -> str:
    """Why the ledger refused, for the organisation, with what the envelope holds now.

    `reason` is the ledger's, without a full stop; None of what was refused before reasons were kept: it was always that
    the envelope did not hold the money.
    """
    if reason is not None:
        return typeset(
            f"{reason}. Cette demande est annulée, vous pourrez en faire une autre. "
            f"L’enveloppe de ce territoire contient {in_euros(max(available_minor, 0))} disponibles."
        )
    if available_minor <= 0:
        return typeset(
            "L’enveloppe de ce territoire est vide pour le moment : cette demande est annulée, "
            "vous pourrez en faire une autre plus tard."
        )
    return typeset(
        f"L’enveloppe de ce territoire ne contient que {in_euros(available_minor)} disponibles : "
        "demandez moins, ou attendez de nouveaux dons."
    )
