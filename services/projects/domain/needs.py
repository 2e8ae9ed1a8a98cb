"""A need: from its draft to the last euro, by a state machine; approved by a decision that can be read."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.projects.domain.amounts import checked_amount
from services.projects.domain.funds import DEFAULT_FUND, known_fund
from services.projects.domain.refusals import Refusal, line_within, text_within

MAX_TITLE = 120
MAX_DESCRIPTION = 5_000
MAX_HUMAN_SUPPORT = 500
MAX_DECISION_REFERENCE = 200
MAX_REASON = 1_000


class Family(StrEnum):
    """A grant is not given back; an investment is repaid by a schedule."""

    GRANT = "grant"
    INVESTMENT = "investment"


class NeedState(StrEnum):
    """Where a need stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    QUALIFIED = "qualified"
    APPROVED = "approved"
    CONTRACTED = "contracted"
    DISBURSING = "disbursing"
    REPAYING = "repaying"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class NeedAct(StrEnum):
    """What can happen to a need."""

    SUBMIT = "submit"
    FIND_ELIGIBLE = "find_eligible"
    REFUSE = "refuse"
    QUALIFY = "qualify"
    APPROVE = "approve"
    CONTRACT = "contract"
    DISBURSE = "disburse"
    REPAY = "repay"
    CLOSE = "close"
    WITHDRAW = "withdraw"


_S, _A = NeedState, NeedAct

PENDING = (_S.SUBMITTED, _S.ELIGIBLE, _S.QUALIFIED)
"""States in which a steward decides."""

TRANSITIONS: dict[tuple[NeedState, NeedAct], NeedState] = {
    (_S.DRAFT, _A.SUBMIT): _S.SUBMITTED,
    (_S.SUBMITTED, _A.FIND_ELIGIBLE): _S.ELIGIBLE,
    (_S.ELIGIBLE, _A.QUALIFY): _S.QUALIFIED,
    # Until eligibility and qualification have steps of their own, the decision that approves says them too.
    **{(state, _A.APPROVE): _S.APPROVED for state in PENDING},
    **{(state, _A.REFUSE): _S.INELIGIBLE for state in PENDING},
    (_S.APPROVED, _A.CONTRACT): _S.CONTRACTED,
    # Nothing obliges a grant to have a contract: its approval is enough for money to be held for it.
    (_S.APPROVED, _A.DISBURSE): _S.DISBURSING,
    (_S.CONTRACTED, _A.DISBURSE): _S.DISBURSING,
    (_S.DISBURSING, _A.DISBURSE): _S.DISBURSING,
    (_S.DISBURSING, _A.CLOSE): _S.CLOSED,
    (_S.DISBURSING, _A.REPAY): _S.REPAYING,
    (_S.REPAYING, _A.CLOSE): _S.CLOSED,
    **{(state, _A.WITHDRAW): _S.WITHDRAWN for state in (_S.DRAFT, *PENDING)},
}
"""(state, act) → next state; what is not here is refused. Nothing is withdrawn after its public approval."""

PUBLIC = frozenset({_S.APPROVED, _S.CONTRACTED, _S.DISBURSING, _S.REPAYING, _S.CLOSED})
"""States of a need that everybody sees: a decision is behind it."""

OPEN_TO_REQUESTS = frozenset({_S.APPROVED, _S.CONTRACTED, _S.DISBURSING})
"""States in which money may be asked for."""


class NeedUnknown(Refusal):
    """No need has this id in this territory, or it is not public yet."""

    sentence = "Ce besoin n’existe pas dans ce territoire : vérifiez l’adresse."


class NeedAlreadyDecided(Refusal):
    """An approval or refusal of a need that is past it."""

    sentence = "Une décision a déjà été prise sur ce besoin : rechargez la page pour la lire."


class NeedNoLongerWithdrawable(Refusal):
    """A withdrawal after the decision."""

    sentence = (
        "Ce besoin ne peut plus être retiré : une décision a été prise. "
        "Écrivez à votre référent·e de territoire."
    )


class NeedOutOfOrder(Refusal):
    """An act that the state of the need does not allow."""

    sentence = "Ce besoin n’en est pas à cette étape ({state}) : rechargez la page pour voir où il en est."


class DecidedByItsRepresentative(Refusal):
    """The one who asks would decide."""

    sentence = "Vous représentez cette organisation : une autre personne doit décider de son besoin."


class FamilyUnknown(Refusal):
    """Neither a grant nor an investment."""

    field = "family"
    sentence = "Choisissez entre une subvention et un investissement."


class DayUnreadable(Refusal):
    """Not a day of the calendar."""

    field = "decided_on"
    sentence = "Cette date n’est pas lisible : écrivez-la ainsi, 12/03/2026."


class DecisionInTheFuture(Refusal):
    """A decision dated after today."""

    field = "decided_on"
    sentence = "Une décision ne peut pas être datée dans le futur : vérifiez sa date."


def after(state: NeedState, act: NeedAct) -> NeedState:
    """The state that an act leads to. Raises a refusal that says why it does not."""
    try:
        return TRANSITIONS[state, act]
    except KeyError:
        if act in (_A.APPROVE, _A.REFUSE):
            raise NeedAlreadyDecided() from None
        if act is _A.WITHDRAW:
            raise NeedNoLongerWithdrawable() from None
        raise NeedOutOfOrder(state=state) from None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an organisation asks for: money (in cents), and hours or skills beside it, as the plan wants.

    Texts are kept as `line_within` and `text_within` read them; what these refuse is no proposal.
    """

    title: str
    description: str
    amount_minor: int
    family: Family
    human_support: str | None = None
    fund: str = DEFAULT_FUND

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", line_within(self.title, most=MAX_TITLE))
        object.__setattr__(self, "description", text_within(self.description, most=MAX_DESCRIPTION))
        if self.human_support is not None:
            support = text_within(self.human_support, most=MAX_HUMAN_SUPPORT)
            object.__setattr__(self, "human_support", support)
        checked_amount(self.amount_minor)
        known_fund(self.fund)


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision that approves a need: where it can be read, and its day."""

    reference: str
    decided_on: date

    def __post_init__(self) -> None:
        object.__setattr__(self, "reference", line_within(self.reference, most=MAX_DECISION_REFERENCE))


def read_family(code: str) -> Family:
    """The family of a code. Raises FamilyUnknown."""
    try:
        return Family(code)
    except ValueError:
        raise FamilyUnknown() from None


def read_day(written: str) -> date:
    """« 12/03/2026 », or 2026-03-12 as browsers send it. Raises DayUnreadable."""
    day = re.sub(r"^(\d{2})/(\d{2})/(\d{4})$", r"\3-\2-\1", written.strip())
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise DayUnreadable() from None


def past_decision(decision: Decision, *, today: date) -> Decision:
    """The decision itself. Raises DecisionInTheFuture when it is dated after `today`."""
    if decision.decided_on > today:
        raise DecisionInTheFuture()
    return decision


def check_decider(*, decider: UUID, representative: UUID, submitted_by: UUID) -> None:
    """Nobody decides on what they asked for. Raises DecidedByItsRepresentative."""
    if decider in (representative, submitted_by):
        raise DecidedByItsRepresentative()
