"""The registry of territories, as anybody may read it."""


async def test_the_registry_lists_every_territory(http):
    """101 départements, 8 overseas collectivities and abroad; codes are text; the national lane is none."""
    listed = (await http.get("/api/members/territories")).json()
    codes = [one["code"] for one in listed]
    assert len(codes) == 110
    assert {"01", "2A", "974", "987", "99"} <= set(codes)
    assert not {"00", "20"} & set(codes)
    assert all(one["name"] and one["region"] for one in listed)


async def test_me_is_for_the_signed_in(http):
    """Without a session there is nobody to show."""
    assert (await http.get("/api/members/me")).status_code == 401
