"""What lies in the database and on the bus gives no one away."""

import json
import re
from uuid import uuid4

import pytest

from services.members.domain.links import hash_of
from services.members.handlers import key_answer
from services.members.operations.erasing import erase_person
from services.members.operations.tidying import tidy
from services.members.operations.vault import Vault, VaultLocked
from shared.events import PersonalEvent
from shared.events.members import RoleRevoked
from shared.testing import recorded
from tests.members.conftest import FORM, join, letters_of, say, sign_in, token_of

NAMING = re.compile(r"\b(camille|roux|exemple\.fr)\b", re.IGNORECASE)
"""Whole words: sealed text is random letters, and four of them in a row spell a name now and then."""


async def outbox_text(service) -> str:
    async with service.database.begin() as work:
        rows = await work.execute("select subject || headers::text || payload from outbox_messages")
        return " ".join(rows.scalars())


async def test_nothing_in_the_outbox_names_a_person(http, service):
    """Joining and signing in leave sealed text and identifiers only, on every account."""
    await join(http, service)
    await sign_in(http, service, "camille.roux@exemple.fr")
    text = await outbox_text(service)
    assert NAMING.findall(text) == []


async def test_nothing_logged_names_a_person(http, service, capfd, caplog):
    """Neither a right nor a wrong form writes what was typed anywhere."""
    await join(http, service)
    await http.post("/rejoindre", data={**FORM, "territory": "zz"})
    await http.post("/connexion", data={"email": "camille.roux@exemple.fr"})
    written = "".join(capfd.readouterr()) + caplog.text
    assert NAMING.findall(written) == []


async def test_tokens_are_hashed_at_rest(http, service):
    """Who reads the database can follow no link."""
    await http.post("/rejoindre", data=FORM)
    token = await token_of(service)
    async with service.database.begin() as work:
        stored = (await work.execute("select token_hash from membership_requests")).scalars().all()
    assert stored == [hash_of(token)]


async def test_a_persons_key_is_wrapped_at_rest(http, service):
    """The stored key is not the key: the service's secret opens it, for that person only."""
    member_id = await join(http, service)
    async with service.database.begin() as work:
        wrapped = (await work.execute("select wrapped_key from persons")).scalar_one()
    vault = Vault(service.settings.secret)
    key = vault.unwrap(wrapped, owner=str(member_id))
    assert key not in wrapped
    with pytest.raises(VaultLocked):
        vault.unwrap(wrapped, owner=str(uuid4()))


async def test_a_signing_key_is_wrapped_at_rest(http, service):
    """The private half is not stored as it is."""
    await join(http, service)
    await sign_in(http, service, "camille.roux@exemple.fr")
    async with service.database.begin() as work:
        row = (await work.execute("select key_id, wrapped_private_key from session_keys")).one()
    private = Vault(service.settings.secret).unwrap(row.wrapped_private_key, owner=row.key_id)
    assert len(private) == 32
    assert private not in row.wrapped_private_key


async def test_counts_keep_neither_address_nor_client(http, service):
    """The counted subjects are keyed hashes."""
    await http.post("/rejoindre", data=FORM)
    async with service.database.begin() as work:
        subjects = (await work.execute("select subject_hash from attempts")).scalars().all()
    assert {len(subject) for subject in subjects} == {32}


async def test_erasure_destroys_the_key_and_leaves_a_tombstone(http, service):
    """Sealed copies can never be opened again, and a request for the key says why."""
    member_id = await join(http, service)
    async with service.database.begin() as work:
        assert await erase_person(work, person_id=member_id)
    answer = await key_answer(service.database, settings=service.settings, person_id=member_id)
    assert json.loads(answer) == {"erased": True}
    async with service.database.begin() as work:
        row = (await work.execute("select * from persons")).one()
        requests = (await work.execute("select count(*) from membership_requests")).scalar()
    assert (row.email, row.display_name, row.wrapped_key, row.consent_version) == (None,) * 4
    assert requests == 0


async def test_an_erased_person_is_signed_in_nowhere(http, service):
    """Refresh tokens end with the person."""
    member_id = await join(http, service)
    opened = await sign_in(http, service, "camille.roux@exemple.fr")
    async with service.database.begin() as work:
        await erase_person(work, person_id=member_id)
    answer = await http.post("/api/members/sessions/refresh", json={"refresh": opened["refresh"]})
    assert answer.status_code == 401


async def test_erasure_withdraws_roles(http, service, operators):
    """An erased operator holds nothing, and the other services hear of it."""
    async with service.database.begin() as work:
        await erase_person(work, person_id=operators[0].person_id)
    revoked = [event for event in await recorded(service) if isinstance(event, RoleRevoked)]
    assert [event.person_id for event in revoked] == [operators[0].person_id]


async def test_an_address_that_nobody_confirmed_is_removed(http, service):
    """Without consent there is nothing to keep."""
    await http.post("/rejoindre", data=FORM)
    await say(service, "update persons set created_at = now() - interval '31 days'")
    await say(service, "update membership_requests set expires_at = now() - interval '1 day'")
    async with service.database.begin() as work:
        await tidy(work, settings=service.settings)
        assert (await work.execute("select count(*) from persons")).scalar() == 0


async def test_every_sealed_event_opens_with_its_persons_key(http, service):
    """What notifications gets is whole."""
    await join(http, service)
    sealed = [event for event in await recorded(service) if isinstance(event, PersonalEvent)]
    assert len(await letters_of(service)) == len(sealed) == 2
