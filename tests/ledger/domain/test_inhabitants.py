"""How many people live where: a figure that is somebody's word, or none."""

from services.ledger.domain.inhabitants import inhabitants, per_thousand, source_of_inhabitants
from shared.values import territories


def test_every_departement_has_a_figure() -> None:
    """All 101, each with its year and who says so; no code that is no territory."""
    found = inhabitants()
    assert {one.code for one in territories() if one.kind == "departement"} <= found.keys()
    assert found.keys() <= {one.code for one in territories()}
    assert all(2015 <= one.year <= 2026 and one.source.startswith("Insee") for one in found.values())


def test_the_figures_sum_to_the_population_of_france() -> None:
    """Between 66 and 70 million; the two Corsicas and the eight départements of Île-de-France as Insee says."""
    found = {code: one.population for code, one in inhabitants().items()}
    assert 66_000_000 < sum(found.values()) < 70_000_000
    assert found["2A"] + found["2B"] == 355_486
    assert sum(found[code] for code in ("75", "77", "78", "91", "92", "93", "94", "95")) == 12_463_067


def test_where_nobody_is_counted_there_is_no_figure() -> None:
    """Abroad, and where nobody lives all year."""
    assert {one.code for one in territories()} - inhabitants().keys() == {"984", "989", "99"}
    assert per_thousand(100, None) is None


def test_an_amount_for_each_thousand_people_is_rounded_down() -> None:
    """To the cent."""
    assert per_thousand(1_999, 1_000_000) == 1
    assert per_thousand(0, 5) == 0


def test_the_source_names_every_other_year() -> None:
    """Most are of one year; the others are named."""
    assert source_of_inhabitants() == (
        "Insee, populations de référence 2023 ; autre année : Mayotte (2017), Polynésie française (2022),"
        " Nouvelle-Calédonie (2025)"
    )
