"""The secrets of a home."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from deploy.local.keys import Keys


def test_a_secret_is_the_same_at_every_start(tmp_path: Path) -> None:
    """A secret is the same at every start."""
    assert Keys(home=tmp_path).secret("nats-ledger") == Keys(home=tmp_path).secret("nats-ledger")


def test_two_names_have_two_secrets(tmp_path: Path) -> None:
    """Two names have two secrets of 256 bits."""
    keys = Keys(home=tmp_path)
    assert keys.secret("nats-ledger") != keys.secret("nats-pledges")
    assert len(keys.secret("nats-ledger")) == 43


def test_only_the_owner_reads_secrets(tmp_path: Path) -> None:
    """Only the owner reads the folder and its files."""
    keys = Keys(home=tmp_path)
    keys.secret("nats-ledger")
    keys.operator_key_files()
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_parts_that_start_together_agree_on_a_secret(tmp_path: Path) -> None:
    """Parts that ask at the same moment are told the same secret, and no draft is left."""
    with ThreadPoolExecutor(16) as threads:
        told = set(threads.map(lambda _: Keys(home=tmp_path).secret("shared"), range(64)))
    assert len(told) == 1
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["shared"]


def test_the_operators_public_key_belongs_to_the_private_one(tmp_path: Path) -> None:
    """What the command line signs, a service can verify, also after another start."""
    private_file, _ = Keys(home=tmp_path).operator_key_files()
    _, public_file = Keys(home=tmp_path).operator_key_files()
    private = load_pem_private_key(private_file.read_bytes(), password=None)
    public = load_pem_public_key(public_file.read_bytes())
    public.verify(private.sign(b"an order"), b"an order")
