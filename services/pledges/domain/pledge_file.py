"""Files of pledges: what a line says, how a line is known again, and why a file is refused.

A file is imported whole or not at all. A line with an identifier of its own is that pledge whatever file it comes in;
one without is known by what it says and by how many lines before it say the same. So the same file again changes
nothing, and in another file such a line is refused rather than guessed: two people may well promise the same amount.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from services.pledges.domain.fields import FieldRefused
from services.pledges.domain.particulars import Particulars

MAX_IDENTIFIER = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeLine:
    """A line that can become a pledge. `identifier` is the one that whoever wrote the file gave it."""

    line: int
    amount_minor: int
    territory: str
    fund: str
    said: Particulars
    identifier: str | None = None

    @property
    def content_hash(self) -> str:
        """A digest of what the line promises: not of its place, nor of its identifier."""
        payer, there = self.said.payer, self.said.cross_subscription
        content = (
            self.amount_minor,
            self.territory,
            self.fund,
            self.said.payer_kind,
            payer and (payer.name, payer.siren, payer.rna, payer.tribunal_reference),
            self.said.instrument,
            self.said.commitment,
            there and (there.organisation_name, there.siren),
        )
        return sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


class KeyedLine(NamedTuple):
    """A line with the key by which it is known again."""

    key: str
    promised: PledgeLine


class LineError(NamedTuple):
    """What is wrong with a line of a file, numbered as spreadsheets do."""

    line: int
    sentence: str


def keyed(lines: Sequence[PledgeLine]) -> list[KeyedLine]:
    """The lines of a file with their keys, in order."""
    seen = Counter[str]()
    found = []
    for promised in lines:
        if promised.identifier is not None:
            key = f"id\n{promised.identifier}"
        else:
            content = promised.content_hash
            seen[content] += 1
            key = f"content\n{content}\n{seen[content]}"
        found.append(KeyedLine(sha256(key.encode()).hexdigest(), promised))
    return found


def file_hash(lines: Iterable[KeyedLine]) -> str:
    """A digest of what a file says: the same however its cells were separated or its columns ordered."""
    digest = sha256()
    for key, promised in lines:
        digest.update(f"{key} {promised.content_hash}\n".encode())
    return digest.hexdigest()


class PledgeFileRefused(FieldRefused):
    """A file of pledges that cannot be read."""

    field = "file"


class NotACsvFile(PledgeFileRefused):
    """Not UTF-8, or its quotation marks do not close."""

    sentence = (
        "Ce fichier n’est pas un CSV lisible : dans votre tableur, enregistrez-le au format « CSV UTF-8 », puis "
        "envoyez-le de nouveau. Rien n’a été importé."
    )


class ColumnMissing(PledgeFileRefused):
    """The first line lacks a column that every pledge needs."""

    sentence = "La colonne « {column} » manque : la première ligne du fichier nomme ses colonnes. Rien n’a été importé."


class ColumnUnknown(PledgeFileRefused):
    """A column that is not taken: it might hold names or addresses of people. Its title may be somebody's name."""

    sentence = (
        "La colonne numéro {number} n’est pas attendue : supprimez-la, ou corrigez son titre. Les noms et les adresses "
        "de personnes ne sont pas repris. Rien n’a été importé."
    )


class ColumnTwice(PledgeFileRefused):
    """Two columns have one title."""

    sentence = "La colonne « {column} » est là deux fois : gardez-en une. Rien n’a été importé."


class NoLines(PledgeFileRefused):
    """Nothing but titles."""

    sentence = "Ce fichier n’a aucune ligne de promesse sous ses titres. Rien n’a été importé."


class TooManyLines(PledgeFileRefused):
    """More lines than one import may have."""

    sentence = "Ce fichier compte plus de {most} lignes : découpez-le. Rien n’a été importé."


class PledgeFileTooLarge(PledgeFileRefused):
    """More bytes than the setting allows; counted while they come."""

    sentence = "Ce fichier dépasse la taille permise ({megabytes} Mo) : découpez-le. Rien n’a été importé."

    def __init__(self, *, max_bytes: int) -> None:
        super().__init__(megabytes=f"{max_bytes / 1_000_000:.1f}".replace(".", ","))


class LinesRefused(PledgeFileRefused):
    """Some lines are wrong: none is imported."""

    sentence = "{lines} à corriger dans ce fichier. Rien n’a été importé."

    def __init__(self, errors: Sequence[LineError]) -> None:
        self.errors = list(errors)
        count = len({error.line for error in errors})
        super().__init__(lines="Une ligne est" if count == 1 else f"{count} lignes sont")
