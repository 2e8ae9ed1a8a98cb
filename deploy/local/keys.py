"""The secrets of one home: made at first use, kept in files that only their owner reads."""

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)


class Keys:
    """The folder `keys/` of a home, mode 0700, its files 0600. One file per secret, so that two parts
    that start at the same moment never overwrite one another's."""

    def __init__(self, *, home: Path) -> None:
        self._folder = home / "keys"
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def secret(self, name: str) -> str:
        """The secret of that name: 32 random bytes in URL-safe letters, the same at every start."""
        return self._kept(name, secrets.token_urlsafe(32).encode()).decode()

    def operator_key_files(self) -> tuple[Path, Path]:
        """The operator's Ed25519 key pair as PEM files (private, public): commands sign with the first,
        services verify with the second."""
        new = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        private = load_pem_private_key(self._kept("operator.key", new), password=None)
        self._kept(
            "operator.pub",
            private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        )
        return self._folder / "operator.key", self._folder / "operator.pub"

    def _kept(self, name: str, new: bytes) -> bytes:
        """What the file holds, else `new`, which it holds from now on, whole or not at all."""
        kept = self._folder / name
        if not kept.exists():
            draft = self._folder / f".{name}.{secrets.token_hex(4)}"
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(new)
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(draft, kept)  # fails, where a rename would overwrite, if another was faster
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return kept.read_bytes()
