"""Wraps keys at rest with the service's secret, and makes fingerprints of what must not be stored."""

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

NONCE_BYTES = 12

SHORTEST_SECRET = 16
"""Characters. A secret that can be searched protects nothing; the local stack makes 256 random bits."""


class SecretMissing(Exception):
    """The service was given no secret, or one too short to wrap keys with."""


class VaultLocked(Exception):
    """A wrapped key does not open: it belongs to something else, or was wrapped with another secret."""


class Vault:
    """AES-256-GCM under a key derived from the secret (HKDF, RFC 5869); each wrap is bound to its owner."""

    def __init__(self, secret: SecretStr) -> None:
        text = secret.get_secret_value()
        if len(text) < SHORTEST_SECRET:
            raise SecretMissing(f"MILLIARD_MEMBERS_SECRET needs at least {SHORTEST_SECRET} characters")
        self._cipher = AESGCM(_derive(text, purpose=b"milliard members wrapping 1"))
        self._fingerprint_key = _derive(text, purpose=b"milliard members fingerprints 1")

    def wrap(self, content: bytes, *, owner: str) -> bytes:
        """Nonce + ciphertext + tag of a key that belongs to `owner`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, owner.encode())

    def unwrap(self, wrapped: bytes, *, owner: str) -> bytes:
        """The key again. Raises VaultLocked."""
        try:
            return self._cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], owner.encode())
        except InvalidTag:
            raise VaultLocked(f"the key of {owner} was wrapped with another secret") from None

    def fingerprint(self, text: str) -> bytes:
        """HMAC-SHA256: tells repeats of an address or a client apart without keeping either."""
        return hmac.digest(self._fingerprint_key, text.encode(), hashlib.sha256)


def _derive(secret: str, *, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())
