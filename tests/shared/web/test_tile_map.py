"""The tile map."""

from shared.web.tile_map import alphabetical, positions, tiles


def test_each_territory_has_its_own_place():
    """96 départements of mainland France and Corsica, 13 overseas codes, and abroad."""
    assert len(positions()) == 110
    assert len(set(positions().values())) == 110


def test_a_territory_unknown_to_the_map_is_left_to_the_table():
    """A set of territories other than the départements breaks nothing."""
    assert [tile["code"] for tile in tiles([{"code": "pays-basque"}, {"code": "64"}])] == ["64"]


def test_names_are_sorted_without_their_accents():
    """« Île » is found at I, « Côte » before « Creuse »."""
    names = ["Creuse", "Île de Clipperton", "Côte-d’Or", "Jura"]
    assert [item["name"] for item in alphabetical([{"name": name} for name in names])] == [
        "Côte-d’Or", "Creuse", "Île de Clipperton", "Jura",
    ]  # fmt: skip
