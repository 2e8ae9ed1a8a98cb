"""The catalogue of missions."""

from services.members.domain.missions import first_missions


def test_the_catalogue_offers_distinct_missions_in_words():
    """Each mission has a code of its own, a title and a description."""
    catalogue = first_missions()
    assert catalogue.version
    assert len({mission.code for mission in catalogue.missions}) == len(catalogue.missions) >= 3
    assert all(mission.title and mission.description for mission in catalogue.missions)
