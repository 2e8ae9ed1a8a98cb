"""What somebody typed in a field: a line of text within its bounds, or a refusal that names the field."""

import unicodedata

from services.pledges.domain.pledge import PledgeRefused
from services.pledges.domain.refusals import typeset


class FieldRefused(PledgeRefused):
    """A field to correct; `field` is its name in forms (empty: the whole), `sentence` what the person reads."""

    field: str = ""
    sentence: str

    def __init__(self, *, field: str | None = None, **facts: object) -> None:
        if field is not None:
            self.field = field
        super().__init__(typeset(self.sentence.format(**facts)))


class TextMissing(FieldRefused):
    """A text that must be there is empty."""

    sentence = "Cette information est obligatoire : complétez-la."


class TextTooLong(FieldRefused):
    """A text is longer than what pages and bank messages show."""

    sentence = "Ce texte dépasse {most} caractères : raccourcissez-le."


class TextUnreadable(FieldRefused):
    """A text holds control characters or marks that change the direction of reading."""

    sentence = "Ce texte contient des caractères invisibles : retapez-le sans copier-coller."


def line_within(text: str, *, field: str, most: int) -> str:
    """The text on one line, single spaces between its words. Raises TextMissing, TextTooLong or TextUnreadable."""
    line = " ".join(text.split())
    if not line:
        raise TextMissing(field=field)
    if len(line) > most:
        raise TextTooLong(field=field, most=most)
    if any(unicodedata.category(character).startswith("C") for character in line):
        raise TextUnreadable(field=field)
    return line
