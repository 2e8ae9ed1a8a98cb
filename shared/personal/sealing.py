"""AES-256-GCM with the person's own key. The person and the kind of fact are authenticated with it, so that a
sealed text cannot be moved to somebody else's subject (NIST SP 800-38D)."""

import base64
import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel

KEY_BYTES = 32
NONCE_BYTES = 12


class SealBroken(Exception):
    """The sealed text was not made with this key for this person and kind of fact."""


def new_key() -> bytes:
    """A new random key for one person."""
    return secrets.token_bytes(KEY_BYTES)


def seal(*, key: bytes, person_id: UUID, type: str, content: BaseModel) -> str:
    """Encrypt a content; returns base64 of nonce + ciphertext + tag. `type` is the event's `ce-type`."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    text = AESGCM(key).encrypt(nonce, content.model_dump_json().encode(), _bound(person_id, type))
    return base64.b64encode(nonce + text).decode()


def unseal(*, key: bytes, person_id: UUID, type: str, sealed: str) -> bytes:
    """The JSON that was sealed. Raises SealBroken when it is no seal, or when key, person or type is another one."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound(person_id, type))
    except (InvalidTag, ValueError):
        raise SealBroken(f"sealed {type} does not open with this person's key") from None


def _bound(person_id: UUID, type: str) -> bytes:
    return f"{person_id}:{type}".encode()
