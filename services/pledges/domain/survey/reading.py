"""Reads the tables of a questionnaire's file strictly: each name is known, each text is there and within its bounds."""

import re
from typing import Any

from services.pledges.domain.survey.refusals import QuestionnaireInvalid

_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_BEFORE = re.compile(r" ([?!;:»€%])")


class Table:
    """One table of the file. What is taken is checked; `close` refuses what was left, which nobody would read."""

    def __init__(self, content: Any, *, where: str) -> None:
        self.where = where
        if not isinstance(content, dict):
            self.refuse("une table est attendue ici")
        self._left: dict[str, Any] = dict(content)

    def text(self, name: str, *, most: int = 300) -> str:
        """A text that is not empty, with French spacing: no line breaks before « : » or « ? »."""
        return self._checked_text(name, self._left.pop(name, None), most)

    def optional_text(self, name: str, *, most: int = 300) -> str:
        """A text, or nothing when the file does not say it."""
        return self.text(name, most=most) if name in self._left else ""

    def texts(self, name: str, *, most: int) -> tuple[str, ...]:
        """A list of texts, at least one."""
        return tuple(self._checked_text(name, one, most) for one in self._list(name, least=1, most=20))

    def id(self, name: str = "id") -> str:
        """An identifier: it is stored with each answer, and is a column's value in open data."""
        found = self._left.pop(name, None)
        if not isinstance(found, str) or not _ID.fullmatch(found):
            self.refuse(f"« {name} » doit être un identifiant, par exemple part_sociale")
        return str(found)

    def ids(self, name: str) -> tuple[str, ...]:
        """A list of options as answers name them: identifiers, or numbers of a scale or bracket."""
        return tuple(str(one) for one in self._list(name, least=1, most=30))

    def number(self, name: str, *, least: int, most: int) -> int:
        """A whole number within its bounds."""
        return self._checked_number(name, self._left.pop(name, None), least, most)

    def numbers(self, name: str, *, least: int, most: int) -> tuple[int, ...]:
        """Two whole numbers or more, growing."""
        found = tuple(
            self._checked_number(name, one, least, most) for one in self._list(name, least=2, most=12)
        )
        if list(found) != sorted(set(found)):
            self.refuse(f"« {name} » doit grandir d’un nombre à l’autre")
        return found

    def flag(self, name: str) -> bool:
        """True or false; false when the file does not say it."""
        found = self._left.pop(name, False)
        if not isinstance(found, bool):
            self.refuse(f"« {name} » doit être true ou false")
        return bool(found)

    def table(self, name: str) -> "Table":
        """A table inside this one."""
        return Table(self._left.pop(name, None), where=f"{self.where}, {name}")

    def tables(self, name: str, *, least: int, most: int) -> list["Table"]:
        """The tables of a list inside this one."""
        content = self._list(name, least=least, most=most) if name in self._left or least else []
        return [Table(one, where=f"{self.where}, {name} {rank}") for rank, one in enumerate(content, start=1)]

    def has(self, name: str) -> bool:
        return name in self._left

    def close(self) -> None:
        """Raises QuestionnaireInvalid for a name that nothing read: a slip of the pen would else be silent."""
        if self._left:
            self.refuse(f"« {', '.join(sorted(self._left))} » n’a pas de sens ici")

    def refuse(self, why: str) -> None:
        """Raises QuestionnaireInvalid."""
        raise QuestionnaireInvalid(self.where, why)

    def _list(self, name: str, *, least: int, most: int) -> list[Any]:
        found = self._left.pop(name, None)
        if not isinstance(found, list) or not least <= len(found) <= most:
            self.refuse(f"« {name} » doit être une liste de {least} à {most} éléments")
        return list(found or ())

    def _checked_text(self, name: str, found: Any, most: int) -> str:
        if not isinstance(found, str) or not found.strip() or len(found) > most:
            self.refuse(f"« {name} » doit être un texte de 1 à {most} caractères")
        return _BEFORE.sub("\u00a0\\1", str(found).strip()).replace("« ", "«\u00a0")

    def _checked_number(self, name: str, found: Any, least: int, most: int) -> int:
        if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most:
            self.refuse(f"« {name} » doit être un nombre entier de {least} à {most}")
        return int(found or 0)
