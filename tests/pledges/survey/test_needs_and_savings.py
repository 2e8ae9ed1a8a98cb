"""What projects need beside what savers say they would bring: both told, never mixed, and of no few persons."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from shared.events.projects import Family, NeedApproved
from shared.testing.harness import hear, hear_again
from tests.pledges.survey.conftest import API

GIVES = {"don": ["regulier"]}
INVESTS = {"placement": ["oui"]}


def need(
    amount_minor: int, territory: str = "64", family: Family = Family.GRANT, currency: str = "EUR"
) -> NeedApproved:
    return NeedApproved(
        territory=territory,
        need_id=uuid4(),
        organisation_id=uuid4(),
        organisation_name="Les Jardins partagés",
        title="Une serre",
        family=family,
        amount_minor=amount_minor,
        currency=currency,
        decision_reference="AG du 12 mars",
        approved_on=date(2026, 3, 12),
    )


@pytest.fixture
def lines(http, as_operator) -> Any:
    """The lines of a draft, by territory and family."""

    async def read() -> dict[tuple[str, str], dict[str, Any]]:
        draft = (await http.get(f"{API}/draft", headers=as_operator)).json()
        return {(line["territory"], line["family"]): line for line in draft["needs_and_savings"]}

    return read


async def test_approved_needs_are_summed_by_territory_and_family(pledges, crowd, lines) -> None:
    """However often they are heard; each currency for itself."""
    await crowd(12)
    heard = await hear(
        pledges,
        [need(1_000_00), need(500_00), need(70_00, family=Family.INVESTMENT), need(30_00, "2A"),
         need(1_000, "987", currency="XPF")],
    )  # fmt: skip
    await hear_again(pledges, heard)
    found = await lines()
    assert (found["64", "grant"]["needs"], found["64", "grant"]["needed"]) == (
        2,
        [{"amount_minor": 1_500_00, "currency": "EUR"}],
    )
    assert found["64", "investment"]["needs"] == 1
    assert found["tous", "grant"]["needed"] == [
        {"amount_minor": 1_530_00, "currency": "EUR"},
        {"amount_minor": 1_000, "currency": "XPF"},
    ]


async def test_savers_count_for_the_least_of_their_bracket(crowd, lines) -> None:
    """Who could not say counts for nothing; the persons are told beside the sum."""
    for amount in ("0", "50", "200", "1000", "5000", "sans_reponse"):
        await crowd(12, **GIVES, don_montant=[amount])
    for don in ("ponctuel", "peut_etre"):
        await crowd(12, don=[don], don_montant=["0"])
    await crowd(12, don=["non"])
    await crowd(12)
    found = await lines()
    giving = found["tous", "grant"]
    assert giving["persons"] == 8 * 12
    assert giving["at_least_minor"] == 12 * (50 + 200 + 1_000 + 5_000) * 100


async def test_what_few_would_bring_is_not_told(crowd, lines) -> None:
    """Needs of a territory are shown all the same: they are organisations'."""
    await crowd(12, don=["non"])
    await crowd(3, **GIVES, don_montant=["5000"])
    giving = (await lines())["tous", "grant"]
    assert (giving["persons"], giving["at_least_minor"], giving["amounts"]) == (None, None, [])


async def test_who_would_invest_is_told_by_how_long_they_could_wait(crowd, lines) -> None:
    """Persons by horizon; their amounts by horizon are in the question's own tables."""
    for placement in ("oui", "peut_etre", "non", "sans_reponse"):
        await crowd(12, placement=[placement], placement_montant=["500"], placement_horizon=["deux_ans"])
    for horizon in ("cinq_ans", "dix_ans", "plus_longtemps", "sans_reponse"):
        await crowd(12, **INVESTS, placement_montant=["2000"], placement_horizon=[horizon])
    told = {
        figure["options"][0]: figure["responses"]
        for figure in (await lines())["tous", "investment"]["horizons"]
    }
    assert told["deux_ans"] == 24
    assert told["plus_longtemps"] == 12


async def test_the_page_says_what_each_figure_is_and_is_not(pledges, http, crowd, as_operator) -> None:
    """Both columns, and in words that they are no promises, no receipts and no difference."""
    await crowd(12)
    await hear(pledges, need(1_234_56))
    published = await http.post(f"{API}/restitutions", json={"signature": "Le groupe"}, headers=as_operator)
    await hear(pledges, need(9_999_99))
    page = (await http.get(f"/enquete/resultats/{published.json()['restitution_id']}")).text
    assert "1\u202f234,56\u00a0€" in page
    assert "9\u202f999,99" not in page
    for words in (
        "ni des promesses, ni de l’argent reçu",
        "y compris ce qui leur a déjà été versé",
        "ne se soustraient pas",
        "Trop peu de réponses",
    ):
        assert words in page


async def test_needs_that_changed_may_be_published_beside_the_same_answers(
    pledges, http, crowd, as_operator
) -> None:
    """They tell nothing of persons."""
    await crowd(12)
    for _ in range(2):
        sent = await http.post(f"{API}/restitutions", json={"signature": "Le groupe"}, headers=as_operator)
        assert sent.status_code == 201
        await hear(pledges, need(1_000_00))
    assert len((await http.get(f"{API}/restitutions")).json()) == 2
