"""Publishes the daily root: what it says is public, and integrators who hear of it keep it out of our reach."""

import asyncio
import base64

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.ledger.domain.root import Root, make_root
from services.ledger.repository import roots
from shared.database import Work
from shared.events.ledger import RootPublished
from shared.values import NATIONAL, day_of

log = structlog.get_logger(__name__)


def root_signer(secret: str) -> Ed25519PrivateKey:
    """The key that signs roots, derived from the service's secret (HKDF, RFC 5869): the same for as long as it is."""
    seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"ledger: daily roots").derive(secret.encode())
    return Ed25519PrivateKey.from_private_bytes(seed)


async def publish_root(work: Work, *, signer: Ed25519PrivateKey) -> Root | None:
    """Today's root over every entry so far; None when there is one, nothing came since, or another process does it."""
    if not await roots.hold_roots(work):
        return None
    previous = await roots.last_root(work)
    if previous is not None and day_of(previous.published_at) == work.today:
        return None
    before = previous.heads if previous else {}
    heads = await roots.heads_now(work)
    hashes = [one for hashes in (await roots.hashes_between(work, before, heads)).values() for one in hashes]
    if not hashes:
        return None
    root = await asyncio.to_thread(  # a second for a million: pages go on meanwhile
        make_root, previous=previous, heads=heads, hashes=hashes, signer=signer, now=work.now
    )
    await roots.add_root(work, root)
    work.record(
        RootPublished(
            territory=NATIONAL,
            number=root.number,
            document=root.document,
            signature=base64.b64encode(root.signature).decode(),
            public_key=base64.b64encode(root.public_key).decode(),
        )
    )
    log.info("root_published", number=root.number, entries=root.entry_count)
    return root
