"""Any valid instance of any contract, derived from its Pydantic fields; few ids, so that events meet one another."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from itertools import chain
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin
from uuid import UUID

import annotated_types
from hypothesis import strategies as st
from pydantic import AfterValidator, AwareDatetime, BaseModel
from pydantic.fields import FieldInfo

from shared.events import Event
from shared.values import lanes

FEW_IDS = [UUID(int=number) for number in range(1, 6)]
WORDS = ["fonds-commun", "EUR", "member", "treasurer", "RF18539007547034", "FR7630006000011234567890189"]

texts = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(WORDS),
    st.sampled_from(WORDS),
    st.text(max_size=20),
    st.sampled_from(["", " ", "\0", "a\0b", "\u202e64", "\ufeff", "é" * 3000, "'; drop table leases; --", "{}", "%s"]),
)  # fmt: skip
"""What a contract calls a string, from the plausible to what databases and templates choke on."""

ids = st.one_of(*[st.sampled_from(FEW_IDS)] * 4, st.uuids())
moments = st.datetimes(
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))])
)


def valid(contract: type[BaseModel], **fixed: Any) -> st.SearchStrategy[Any]:
    """Instances of a model; `fixed` fields have these values."""
    fields = {
        name: st.just(fixed[name]) if name in fixed else _of_field(field)
        for name, field in contract.model_fields.items()
    }
    return st.builds(contract, **fields)


@st.composite
def valid_events(draw: st.DrawFn, contracts: tuple[type[Event], ...], **fixed: Any) -> Event:
    """An instance of one of these contracts; every contract is drawn as often as the others."""
    event: Event = draw(valid(draw(st.sampled_from(contracts)), **fixed))
    return event


def _of_field(field: FieldInfo) -> st.SearchStrategy[Any]:
    given = _of(field.annotation, field.metadata)
    return given if field.is_required() else st.one_of(st.just(field.get_default()), given)


def _of(kind: Any, metadata: list[Any]) -> st.SearchStrategy[Any]:
    """The values of a type under its constraints. Raises TypeError for one that no contract has had so far."""
    if get_origin(kind) is Annotated:  # an alternative with constraints of its own
        kind, *own = get_args(kind)
        metadata = [
            *metadata,
            *chain.from_iterable(one.metadata for one in own if isinstance(one, FieldInfo)),
        ]
    pattern = next((one.pattern for one in metadata if getattr(one, "pattern", None)), None)
    if kind is str and any(isinstance(one, AfterValidator) for one in metadata):
        return st.sampled_from(lanes())  # the one validator of strings: TerritoryCode
    if kind is str and pattern:
        return st.one_of(st.just("EUR"), st.just("EUR"), st.from_regex(re.compile(pattern), fullmatch=True))
    if kind is int:
        return _whole_numbers(metadata)
    if get_origin(kind) is tuple:
        return st.lists(_of(get_args(kind)[0], []), max_size=3).map(tuple)
    if get_origin(kind) in (Union, UnionType):
        return st.one_of([_of(one, metadata) for one in get_args(kind)])
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return valid(kind)
    return _PLAIN[kind]


_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: texts,
    UUID: ids,
    bool: st.booleans(),
    date: st.one_of(st.dates(), st.just(date(2026, 3, 2))),
    datetime: moments,
    AwareDatetime: moments,
    type(None): st.none(),
}


def _whole_numbers(metadata: list[Any]) -> st.SearchStrategy[int]:
    """Numbers between the limits of a field. Raises KeyError for one without: it would fit no column."""
    limits = {type(one): one for one in metadata}
    least: Any = (
        limits[annotated_types.Ge].ge if annotated_types.Ge in limits else limits[annotated_types.Gt].gt + 1
    )
    most: Any = limits[annotated_types.Le].le
    return st.one_of(
        st.sampled_from([least, most]),
        st.integers(max(least, -100), min(max(least, 0) + 100, most)),
        st.integers(least, most),
    )
