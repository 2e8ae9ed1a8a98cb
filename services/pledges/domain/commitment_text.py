"""The text that a signed commitment agrees to: a file for each version, never changed once somebody may have signed it.

A signature keeps the version and the SHA-256 of the file's bytes, so that anybody can show later what was agreed to.
A new wording is a new file, `engagement_<n>.txt`; the highest number is the one in force.
"""

import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources

from services.pledges.domain.commitment import Signature, TextChanged

_FILE = re.compile(r"engagement_([0-9]+)\.txt")


@dataclass(frozen=True, slots=True)
class CommitmentText:
    """One version of the text: its paragraphs are separated by empty lines."""

    version: int
    text: str
    sha256: str

    @property
    def paragraphs(self) -> list[str]:
        return [" ".join(paragraph.split()) for paragraph in self.text.split("\n\n") if paragraph.strip()]


@cache
def commitment_texts() -> dict[int, CommitmentText]:
    """Every version, by its number."""
    found = {}
    for file in resources.files("services.pledges.domain").joinpath("texts").iterdir():
        if match := _FILE.fullmatch(file.name):
            content = file.read_bytes()
            version = int(match[1])
            found[version] = CommitmentText(version, content.decode("utf-8"), sha256(content).hexdigest())
    return found


def text_in_force() -> CommitmentText:
    """The version that is signed today."""
    texts = commitment_texts()
    return texts[max(texts)]


def check_text(signature: Signature) -> None:
    """Raises TextChanged unless the text in force is the one that was signed."""
    text = text_in_force()
    if (signature.text_version, signature.text_sha256) != (text.version, text.sha256):
        raise TextChanged
