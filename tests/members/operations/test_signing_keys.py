"""The keys that sign sessions: made once, told at every start, renewed in time."""

from services.members.operations.signing_keys import current_signer, keep_signing_keys
from shared.events.members import SigningKeyPublished
from shared.testing import recorded
from tests.members.conftest import say


async def keep(service) -> None:
    async with service.database.begin() as work:
        await keep_signing_keys(work, settings=service.settings)


async def told(service) -> list[str]:
    return [event.key_id for event in await recorded(service) if isinstance(event, SigningKeyPublished)]


async def signer_of(service) -> str:
    async with service.database.begin() as work:
        return (await current_signer(work, settings=service.settings)).key_id


async def test_the_first_start_makes_and_tells_a_key(service):
    """One key, on the national lane, that this service trusts too."""
    for start in service.startup:
        await start()
    [event] = [event for event in await recorded(service) if isinstance(event, SigningKeyPublished)]
    assert event.territory == "00"
    async with service.database.begin() as work:
        rows = await work.execute("select public_key from signing_keys where key_id = :id", id=event.key_id)
        assert rows.scalar() == event.public_key


async def test_a_later_start_tells_the_same_key_again(service):
    """A service that came later hears of it, and no key is made for nothing."""
    await keep(service)
    await keep(service)
    first, second = await told(service)
    assert first == second


async def test_a_key_near_its_end_is_renewed_and_both_are_told(service):
    """Sessions signed by the old one stay valid beside those of the new one."""
    await keep(service)
    await say(service, "update session_keys set valid_until = now() + interval '29 days'")
    await keep(service)
    assert len(set(await told(service))) == 2


async def test_a_new_key_signs_only_when_the_others_have_heard_of_it(service):
    """For a minute the older key goes on signing."""
    await keep(service)
    [old] = await told(service)
    await say(
        service,
        "update session_keys"
        " set valid_until = now() + interval '29 days', created_at = now() - interval '61 days'",
    )
    await keep(service)
    assert await signer_of(service) == old
    await say(service, "update session_keys set created_at = created_at - interval '2 minutes'")
    assert await signer_of(service) != old


async def test_an_expired_key_signs_nothing(service):
    """When every key is too old a new one is made and told."""
    await keep(service)
    [old] = await told(service)
    await say(service, "update session_keys set valid_until = now() + interval '5 minutes'")
    assert await signer_of(service) != old
