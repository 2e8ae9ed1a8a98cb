"""The scales of the public charts."""

from hypothesis import given
from hypothesis import strategies as st

from shared.web.scale import MILESTONES_MINOR, TARGET_MINOR, level, next_milestone, share


def test_milestones_rise_to_the_aim():
    """From 10 000 € to the billion, by 1, 2,5 and 5."""
    assert MILESTONES_MINOR[:4] == (1_000_000, 2_500_000, 5_000_000, 10_000_000)
    assert MILESTONES_MINOR[-1] == TARGET_MINOR
    assert list(MILESTONES_MINOR) == sorted(set(MILESTONES_MINOR))


@given(amount_minor=st.integers(min_value=0, max_value=TARGET_MINOR - 1))
def test_the_next_milestone_is_ahead_and_never_beyond_the_aim(amount_minor):
    """The magnified bar always has room for what it shows."""
    assert amount_minor < next_milestone(amount_minor) <= TARGET_MINOR


def test_past_the_aim_the_scale_follows_the_amount():
    """A billion and more fills the bar without overflowing."""
    assert next_milestone(2 * TARGET_MINOR) == 2 * TARGET_MINOR


def test_lengths_stay_within_the_bar():
    """Lengths are cut at both ends, and an empty whole draws nothing."""
    assert (share(1, 4), share(5, 4), share(-1, 4), share(1, 0)) == ("25%", "100%", "0%", "0%")


def test_the_first_cent_changes_the_colour_of_a_territory():
    """Nothing yet differs from almost nothing."""
    assert [level(amount) for amount in (0, 1, 99_999, 100_000, 10**9)] == [0, 1, 1, 2, 4]
