"""Reads a form field by field, so that a person sees everything that is to be corrected at once."""

from collections.abc import Callable
from typing import TypeVar

from fastapi import Request

from services.pledges.domain.fields import FieldRefused
from services.pledges.domain.pledge import PledgeRefused

T = TypeVar("T")


class FilledForm:
    """What was typed (`values`) and one French sentence for each wrong field (`errors`)."""

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values
        self.errors: dict[str, str] = {}

    def text(self, field: str) -> str:
        return self.values.get(field, "")

    def read(self, field: str, reader: Callable[[str], T]) -> T | None:
        """The field's value by its reader; None when the reader refuses, whose sentence is kept."""
        try:
            return reader(self.text(field))
        except PledgeRefused as refusal:
            self.errors[field] = str(refusal)
            return None

    def refuse(self, refusal: FieldRefused, *, field: str) -> None:
        """Keep a refusal of the whole, beside the field that it names or else beside `field`."""
        self.errors.setdefault(refusal.field or field, str(refusal))


async def filled_form(request: Request) -> FilledForm:
    """The form of a request; files in it are not read."""
    form = await request.form()
    return FilledForm({name: value for name, value in form.items() if isinstance(value, str)})
