"""No published sum is of one or two people."""

from uuid import UUID

from services.pledges.domain.disclosure import OTHERS, Group, Offer, published


def offer(key, person, amount=100, triggered=0):
    return Offer(key, UUID(int=person), amount, triggered)


def test_three_people_are_published_and_two_are_not():
    """The group is named either way."""
    offers = [offer("64", one, 100, one) for one in (1, 2, 3)] + [offer("33", one) for one in (4, 5)]
    assert published(offers) == [Group("33", None, None, None), Group("64", 3, 300, 6)]


def test_small_groups_are_published_together_when_enough_people_stand_behind_them():
    """One here and two there."""
    offers = [offer("33", 1, 10), offer("64", 2, 20), offer("64", 3, 30)]
    assert published(offers)[-1] == Group(OTHERS, 3, 60, 0)


def test_one_person_in_three_places_is_one_person():
    """Else the sum would be theirs."""
    groups = published([offer(key, 1) for key in ("33", "64", "75")])
    assert [group.people for group in groups] == [None, None, None]


def test_nothing_offered_is_nothing_to_publish():
    """Not even an empty remainder."""
    assert published([]) == []
