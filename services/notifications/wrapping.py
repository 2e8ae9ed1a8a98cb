"""Wraps the persons' keys with this service's secret: a copy of the database alone opens nothing."""

import secrets
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12


class KeyWrapping:
    """AES-256-GCM under a key derived from the secret (HKDF, RFC 5869); each is bound to its person."""

    def __init__(self, *, secret: str) -> None:
        derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"notifications: person keys")
        self._cipher = AESGCM(derivation.derive(secret.encode()))

    def wrap(self, key: bytes, *, person_id: UUID) -> bytes:
        """Nonce + ciphertext + tag."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, key, person_id.bytes)

    def unwrap(self, wrapped: bytes, *, person_id: UUID) -> bytes:
        """The person's key. Raises cryptography's InvalidTag when the secret or the person is another one."""
        return self._cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], person_id.bytes)
