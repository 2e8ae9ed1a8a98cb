"""Once a day every entry is fixed by a signed root; a short proof shows that a payment is inside it."""

import asyncio
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.ledger.domain import verifier_paiement
from services.ledger.domain.root import Root
from services.ledger.operations.publish_root import publish_root, root_signer
from shared.events.ledger import RootPublished
from shared.testing.harness import client_for, recorded, session_token
from tests.ledger.books import Books, payment, pledge

SIGNER = root_signer("a secret of this test")
KEY = SIGNER.public_key().public_bytes_raw().hex()


async def rooted(books: Books, *, in_days: int = 0) -> Root | None:
    """Publish a root, some days from now."""
    async with books.service.database.begin() as work:
        work.now += timedelta(days=in_days)
        return await publish_root(work, signer=SIGNER)


async def proof_of(books: Books, receipt_id: UUID) -> Any:
    headers = {"Authorization": f"Bearer {session_token(uuid4(), roles=[('treasurer', '00')])}"}
    async with client_for(books.service) as http:
        return await http.get(f"/api/ledger/receipts/{receipt_id}/proof", headers=headers)


async def test_a_root_fixes_every_entry_and_follows_the_one_before(books: Books) -> None:
    """Told as a public event, read by anybody, verified with the books."""
    await books.hear(payment(1_000), payment(2_000, territory="13"), pledge(500))
    first = await rooted(books)
    await books.hear(payment(3_000))
    second = await rooted(books, in_days=1)
    assert first is not None
    assert second is not None
    assert (first.entry_count, second.entry_count) == (3, 1)
    assert second.previous == first.hash.hex()
    assert second.heads["64"].seq == 3
    told = [event for event in await recorded(books.service) if isinstance(event, RootPublished)]
    assert [event.document for event in told] == [first.document, second.document]
    async with client_for(books.service) as http:
        shown = (await http.get("/api/ledger/roots")).json()
        page = await http.get("/comptes/racines")
    assert [root["hash"] for root in shown] == [second.hash.hex(), first.hash.hex()]
    assert KEY in page.text
    verified = await books.verify()
    assert (verified.roots, verified.problems) == (2, [])


async def test_a_day_has_one_root(books: Books) -> None:
    """Several processes at once; a day without entries has none."""
    await books.hear(payment(1_000))
    made = await asyncio.gather(*(rooted(books) for _ in range(3)))
    assert len([one for one in made if one]) == 1
    assert await rooted(books) is None
    assert await rooted(books, in_days=1) is None


async def test_every_payment_of_a_root_is_proved(books: Books, tmp_path: Path) -> None:
    """Each by a path of some hashes, checked by the program that anybody may run; and by nobody else's key."""
    payments = [payment(100 + n, territory=("64", "13", "2A")[n % 3]) for n in range(11)]
    await books.hear(*payments[:4])
    await rooted(books)
    for one in payments[4:]:
        await books.hear(one)
    await rooted(books, in_days=1)
    for one in payments:
        proof = (await proof_of(books, one.line_id)).json()
        assert str(one.line_id) in verifier_paiement.check(proof, KEY)
        assert len(proof["path"]) <= 3
        with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the library says of a wrong signature
            verifier_paiement.check(proof, root_signer("another").public_key().public_bytes_raw().hex())
    file = tmp_path / "preuve.json"
    file.write_text(json.dumps(proof))
    program = [sys.executable, verifier_paiement.__file__, file, KEY]
    ran = await asyncio.to_thread(subprocess.run, program, capture_output=True, text=True)
    assert ran.stdout.startswith("Vrai")


async def test_a_proof_of_something_else_is_refused(books: Books) -> None:
    """Another amount, or a path of another entry."""
    one, other = payment(1_000), payment(2_000)
    await books.hear(one, other)
    await rooted(books)
    proof, another = [(await proof_of(books, each.line_id)).json() for each in (one, other)]
    for changed in (
        proof | {"entry": proof["entry"].replace("1000", "9000")},
        proof | {"path": another["path"]},
        proof | {"previous": another["previous"]},
    ):
        with pytest.raises(ValueError, match="n’est pas dans cette racine"):
            verifier_paiement.check(changed, KEY)


async def test_what_is_not_there_yet_is_said_in_french(books: Books) -> None:
    """No such payment; one that came after the last root."""
    received = payment(1_000)
    await books.hear(received)
    early, unknown = await proof_of(books, received.line_id), await proof_of(books, uuid4())
    assert (early.status_code, early.json()["code"]) == (409, "not_in_a_root_yet")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_receipt")


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("update journal_entries set hash = sha256('x') where seq = 1", "racine 1 : les écritures ne sont plus celles"),
        ("update roots set signature = sha256('x')", "racine 1 : sa signature n’est pas la sienne."),
        ("delete from roots where number = 1", "racine 2 : elle ne suit pas celle d’avant."),
    ],
)  # fmt: skip
async def test_a_history_written_anew_is_found(books: Books, sql: str, problem: str) -> None:
    """An owner who puts all triggers aside: the root that fixed it names itself."""
    await books.hear(payment(1_000))
    await rooted(books)
    await books.hear(payment(2_000))
    await rooted(books, in_days=1)
    await books.as_owner("alter table roots disable trigger user", sql)
    assert any(problem in one for one in await books.problems())
