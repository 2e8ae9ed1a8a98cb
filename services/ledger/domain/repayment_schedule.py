"""When an investment is paid back: one treasurer records the contract's schedule, another confirms its hash.

A later schedule of the same investment replaces what was not paid yet; earlier ones are kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.ledger.domain.instalments import MOST_INSTALMENTS, Instalment, still_owed
from services.ledger.domain.orders import order_hash

LAST_YEAR = 2200
"""A schedule ends before: beyond, a day is a slip."""


class ScheduleState(StrEnum):
    """Where a schedule stands."""

    ORDERED = "ordered"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class ScheduleRefused(Exception):
    """A schedule that cannot be recorded; the message is for the treasurer."""

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or type(self).__doc__)


class ScheduleNotInState(ScheduleRefused):
    """Cet échéancier n’est plus à confirmer : rechargez la page pour voir où il en est."""


class ScheduleByOnePerson(ScheduleRefused):
    """Qui a établi cet échéancier ne peut pas le confirmer : demandez à une autre personne trésorière."""


class AnotherSchedule(ScheduleRefused):
    """L’échéancier que vous confirmez n’est plus celui-ci : rechargez la page, relisez-le, puis confirmez."""


class ScheduleOrdererLeft(ScheduleRefused):
    """La personne qui a établi cet échéancier n’est plus trésorière ici : annulez-le, puis établissez-le à nouveau."""


class ScheduleWaits(ScheduleRefused):
    """Un échéancier de cet investissement attend déjà sa confirmation : confirmez-le, ou annulez-le d’abord."""


class NotAnInvestment(ScheduleRefused):
    """Seul un investissement versé se rembourse : choisissez-en un dans la liste."""


class NothingLeftToRepay(ScheduleRefused):
    """Cet investissement est remboursé : il n’y a plus d’échéance à fixer."""


class PaidMeanwhile(ScheduleRefused):
    """Un remboursement, ou un retour, est arrivé depuis que cet échéancier est établi : annulez-le et refaites-le."""


class PrincipalDiffers(ScheduleRefused):
    """Le capital des échéances n’est pas celui qui reste à rembourser : corrigez-les, au centime près."""


@dataclass(frozen=True, slots=True)
class RepaymentSchedule:
    """The instalments of an investment, by which contract, on whose order. Persons are ids.

    `version` counts from 1. `principal_before_minor` and `interest_before_minor` are what had been paid when it was
    ordered, by earlier schedules: it is of what is left after them.
    """

    schedule_id: UUID
    territory: str
    disbursement_id: UUID
    version: int
    currency: str
    instalments: tuple[Instalment, ...]
    decision_reference: str
    ordered_by: UUID
    principal_before_minor: int
    interest_before_minor: int
    state: ScheduleState = ScheduleState.ORDERED
    confirmed_by: UUID | None = None
    confirmed_on: date | None = None

    @property
    def order_hash(self) -> str:
        """SHA-256 of what the second person confirms: which investment, when how much, after what, why, by whom."""
        return order_hash(
            [
                str(self.schedule_id),
                self.territory,
                str(self.disbursement_id),
                self.version,
                self.currency,
                [[one.due_on.isoformat(), *one[1:]] for one in self.instalments],
                self.principal_before_minor,
                self.interest_before_minor,
                self.decision_reference,
                str(self.ordered_by),
            ]
        )

    def is_ordered_as(self, other: "RepaymentSchedule") -> bool:
        """Whether both say the same after the same payments, by the same person."""
        return replace(self, schedule_id=other.schedule_id) == other

    def is_confirmed_by(self, by: UUID, *, order_hash: str) -> bool:
        """Whether this person confirmed exactly this."""
        return self.confirmed_by == by and self.order_hash == order_hash

    def confirmed(
        self, by: UUID, *, order_hash: str, on: date, principal_minor: int, interest_minor: int
    ) -> "RepaymentSchedule":
        """The confirmation of a second person, once so much was paid. Raises ScheduleRefused."""
        if self.state is not ScheduleState.ORDERED:
            raise ScheduleNotInState
        if by == self.ordered_by:
            raise ScheduleByOnePerson
        if order_hash != self.order_hash:
            raise AnotherSchedule
        if (principal_minor, interest_minor) != (self.principal_before_minor, self.interest_before_minor):
            raise PaidMeanwhile
        return replace(self, state=ScheduleState.CONFIRMED, confirmed_by=by, confirmed_on=on)

    def cancelled(self) -> "RepaymentSchedule":
        """Given up before its confirmation. Raises ScheduleNotInState."""
        if self.state is not ScheduleState.ORDERED:
            raise ScheduleNotInState
        return replace(self, state=ScheduleState.CANCELLED)

    def owed(self, *, principal_minor: int, interest_minor: int) -> tuple[Instalment, ...]:
        """What is owed by this schedule, once so much was paid since the investment began."""
        assert self.confirmed_on is not None
        return still_owed(
            self.instalments,
            principal_minor=principal_minor - self.principal_before_minor,
            interest_minor=interest_minor - self.interest_before_minor,
            again_on=self.confirmed_on,
        )


def check_instalments(instalments: Sequence[Instalment], *, principal_minor: int) -> tuple[Instalment, ...]:
    """The instalments in the order of their days. Raises ScheduleRefused; their principal is what is left to repay."""
    if not instalments or len(instalments) > MOST_INSTALMENTS:
        raise ScheduleRefused(f"Donnez de 1 à {MOST_INSTALMENTS} échéances.")
    if any(one.principal_minor < 0 or one.interest_minor < 0 or not one.amount_minor for one in instalments):
        raise ScheduleRefused("Chaque échéance a un capital ou des intérêts, jamais en dessous de zéro.")
    days = [one.due_on for one in instalments]
    if len(set(days)) < len(days):
        raise ScheduleRefused("Deux échéances tombent le même jour : réunissez-les en une seule.")
    if max(days).year >= LAST_YEAR or min(days).year < 2000:
        raise ScheduleRefused("Une échéance tombe trop loin : vérifiez son année.")
    if sum(one.principal_minor for one in instalments) != principal_minor:
        raise PrincipalDiffers
    return tuple(sorted(instalments))
