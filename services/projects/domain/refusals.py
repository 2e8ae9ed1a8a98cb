"""What every refusal of this service has in common: one French sentence, and the field that it is about."""

import unicodedata
from typing import ClassVar


def typeset(sentence: str) -> str:
    """French spacing: no line breaks before « : » or inside quotation marks."""
    return sentence.replace(" :", "\u00a0:").replace("« ", "«\u00a0").replace(" »", "\u00a0»")


class Refusal(Exception):
    """A rule said no. `str()` is the sentence for the person, `field` the form's field (empty: the whole)."""

    sentence: ClassVar[str]
    field: str = ""

    def __init__(self, **facts: object) -> None:
        super().__init__(typeset(self.sentence.format(**facts)))


class TextMissing(Refusal):
    """A text that must be there is empty."""

    sentence = "Cette information est obligatoire : complétez-la."


class TextTooLong(Refusal):
    """A text is longer than a page can show well."""

    sentence = "Ce texte dépasse {most} caractères : raccourcissez-le."


class TextUnreadable(Refusal):
    """A text holds control characters, which no page, bank file or database column can show."""

    sentence = "Ce texte contient des caractères invisibles : retapez-le sans copier-coller."


def text_within(text: str, *, most: int) -> str:
    """The text without blanks around it.

    Raises TextMissing, TextTooLong (over `most` characters) or TextUnreadable.
    """
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise TextMissing()
    if len(text) > most:
        raise TextTooLong(most=most)
    if any(unicodedata.category(character) == "Cc" and character not in "\n\t" for character in text):
        raise TextUnreadable()
    return text


def line_within(text: str, *, most: int) -> str:
    """The text on one line, single spaces between its words: what goes into lists, mails and bank files."""
    return text_within(" ".join(text.split()), most=most)
