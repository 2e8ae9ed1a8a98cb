"""The base of every contract: who publishes it, for whom, on which subject, ordered by which key."""

import re
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared.values import lanes

_WORD_START = re.compile(r"(?<!^)(?=[A-Z])")


class Audience(StrEnum):
    """Who may read an event. Public ones hold aggregates and facts about organisations, never a person's."""

    PUBLIC = "public"
    INTERNAL = "internal"


_LANES = frozenset(lanes())


def _known_lane(code: str) -> str:
    if code not in _LANES:
        raise ValueError(f"{code!r} is no territory of the registry")
    return code


TerritoryCode = Annotated[str, AfterValidator(_known_lane)]
"""A COG code in upper case, `99` or `00`."""

AmountMinor = Annotated[int, Field(gt=0, le=10**15, strict=True)]
"""An amount of money in minor units, above zero. The limit (10 000 billion euros) is a guard against typos."""

AmountOrZeroMinor = Annotated[int, Field(ge=0, le=10**15, strict=True)]
"""An amount of money in minor units that may be nothing; the same guard."""

BalanceMinor = Annotated[int, Field(ge=-(10**15), le=10**15, strict=True)]
"""A balance or a sum in minor units, of either sign; the same guard."""

Count = Annotated[int, Field(ge=0, le=10**9, strict=True)]
"""How many of something."""

CurrencyCode = Annotated[str, Field(pattern=r"^([A-Z]{3}|X-[A-Z]{2,16})$")]


@cache
def _subject(contract: "type[Event]", territory: str) -> str:
    """Each event that is heard is compared with its subject; there are some thousand of them."""
    return contract.subject_filter(territory.lower())


class Event(BaseModel):
    """A fact that a service publishes in a territory's lane.

    Subclasses are declared as `class PledgeMade(Event, publisher="pledges")`, with `audience` and `version`
    where they are not internal and 1, and say their `key`: the aggregate whose events keep their order.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    publisher: ClassVar[str]
    audience: ClassVar[Audience]
    version: ClassVar[int]
    name: ClassVar[str]
    type: ClassVar[str]

    territory: TerritoryCode

    def __init_subclass__(
        cls,
        *,
        publisher: str | None = None,
        audience: Audience = Audience.INTERNAL,
        version: int = 1,
        **kwargs: Any,
    ) -> None:
        super().__init_subclass__(**kwargs)
        if publisher is None:
            return
        cls.publisher, cls.audience, cls.version = publisher, audience, version
        cls.name = _WORD_START.sub("_", cls.__name__).lower()
        cls.type = f"milliard.{publisher}.{cls.name}.v{version}"

    @property
    def key(self) -> str:
        """The aggregate that this event is about (`ce-subject`): events of one key are handled in order."""
        raise NotImplementedError

    @classmethod
    def subject_filter(cls, lane_token: str = "*") -> str:  # noqa: S107 - a subject's wildcard, no password
        """The subject of this contract in one lane, or in all of them."""
        return f"milliard.{lane_token}.{cls.publisher}.{cls.audience}.{cls.name}.v{cls.version}"

    @property
    def subject(self) -> str:
        """The subject that this event is published on."""
        return _subject(type(self), self.territory)


class PersonalEvent(Event):
    """A fact about a person, sealed with that person's key, on stream `PERSONAL` of its own account.

    One message per subject: a newer one replaces the older. `sealed` is base64 of nonce + AES-256-GCM text.
    """

    person_id: UUID
    sealed: str

    @property
    def key(self) -> str:
        return str(self.person_id)

    @classmethod
    def subject_filter(cls, lane_token: str = "*") -> str:  # noqa: S107
        return f"personal.{lane_token}.{cls.publisher}.{cls.name}.v{cls.version}.*"

    @property
    def subject(self) -> str:
        return f"{_subject(type(self), self.territory)[:-1]}{self.person_id}"
