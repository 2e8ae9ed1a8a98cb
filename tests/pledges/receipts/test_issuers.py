"""Who may issue tax receipts: nobody, until a national treasurer has typed why."""

from uuid import uuid4

import pytest

from services.pledges.settings import DEMONSTRATION_IBAN
from shared.testing import client_for, session_token
from tests.pledges.receipts.conftest import MENTIONS, RIGHT

OTHER_IBAN = "FR7610107001011234567890129"
ISSUERS = "/api/pledges/receipt-issuers"


async def test_without_a_right_nothing_is_issued(ask, pay, leave_name) -> None:
    """Neither by the treasurer, who is told what to do, nor is a name taken from a donor."""
    await ask("POST", ISSUERS, json=MENTIONS)
    pledge = await pay(1000)
    answer = await ask("POST", "/api/pledges/tax-receipts/issues", json={"year": 2025})
    assert (answer.status_code, answer.json()["code"]) == (409, "no_right_to_issue")
    refused = await leave_name(pledge)
    assert refused.status_code == 422
    assert "n’a pas été ouvert" in refused.text


async def test_the_right_keeps_its_ground_and_who_opened_it(issuer) -> None:
    """For auditors."""
    made = await issuer()
    assert (made["is_on"], made["ground"], made["first_on"]) == (True, RIGHT["ground"], "2025-01-01")
    assert made["switched_on_by"]
    assert made["registration"] == "732829320"


@pytest.mark.parametrize(
    ("changed", "says"),
    [({"registration": "732829321"}, "SIREN"), ({"registration": "W64"}, "SIREN"), ({"name": " "}, "chaque reçu"),
     ({"object": "a\0b"}, "invisibles"), ({"accounts": ["FR7610107001011234567890129"]}, "compte")],
)  # fmt: skip
async def test_wrong_mentions_are_refused(ask, changed: dict[str, object], says: str) -> None:
    """A number that is none, an empty or invisible text, an account that is not ours."""
    answer = await ask("POST", ISSUERS, json=MENTIONS | changed)
    assert answer.status_code == 422
    assert says in answer.json()["detail"]


@pytest.mark.parametrize(
    "right", [{"ground": "oui"}, {"ground": "x\0" * 10}, {"last_on": "2024-12-31"}, {"first_on": "hier"}]
)
async def test_a_right_without_ground_or_sense_is_refused(ask, right: dict[str, str]) -> None:
    """It stays off."""
    made = (await ask("POST", ISSUERS, json=MENTIONS)).json()
    assert (await ask("POST", f"{ISSUERS}/{made['issuer_id']}/right", json=RIGHT | right)).status_code == 422
    assert [one["is_on"] for one in (await ask("GET", ISSUERS)).json()] == [False]


async def test_other_mentions_of_an_organisation_take_the_place_of_the_first(
    issuer, ask, pay, leave_name, issue, listed
) -> None:
    """Its numbers go on, and receipts that were issued keep what they said."""
    await issuer()
    await leave_name(await pay(1000))
    await issue()
    await issuer(name="Association de l’Œuvre nouvelle")
    await leave_name(await pay(2000))
    await issue()
    assert [one["is_on"] for one in (await ask("GET", ISSUERS)).json()] == [True, False]
    assert [(one["number"], one["issuer_name"]) for one in await listed()] == [
        ("2025-000001", "Association de l’Œuvre"),
        ("2025-000002", "Association de l’Œuvre nouvelle"),
    ]


@pytest.mark.parametrize(
    ("right", "account", "says"),
    [({"first_on": "2026-01-01"}, DEMONSTRATION_IBAN, "15 juin 2025"),
     ({"last_on": "2025-06-14"}, DEMONSTRATION_IBAN, "15 juin 2025"), ({}, OTHER_IBAN, "reçus sur le compte")],
)  # fmt: skip
async def test_other_mentions_go_on_covering_receipts_in_force(
    pledges, issuer, ask, pay, leave_name, issue, right: dict[str, str], account: str, says: str
) -> None:
    """A payment that went back would leave no receipt for what is kept; cancelled ones hold nothing back."""
    pledges.settings.account_ibans = (DEMONSTRATION_IBAN, OTHER_IBAN)
    await issuer()
    await leave_name(await pay(1000))
    await issue()
    made = (await ask("POST", ISSUERS, json=MENTIONS | {"accounts": [account]})).json()
    path = f"{ISSUERS}/{made['issuer_id']}/right"
    refused = await ask("POST", path, json=RIGHT | right)
    assert (refused.status_code, says in refused.json()["detail"]) == (422, True)
    (receipt,) = (await ask("GET", "/api/pledges/tax-receipts", params={"year": 2025})).json()
    await ask("POST", f"/api/pledges/tax-receipts/{receipt['receipt_id']}/cancellation")
    assert (await ask("POST", path, json=RIGHT | right)).status_code == 200


async def test_two_organisations_do_not_share_an_account(issuer, ask) -> None:
    """Its gifts would be counted twice."""
    await issuer()
    other = (await ask("POST", ISSUERS, json=MENTIONS | {"registration": "W641000000"})).json()
    answer = await ask("POST", f"{ISSUERS}/{other['issuer_id']}/right", json=RIGHT)
    assert (answer.status_code, answer.json()["code"]) == (409, "account_taken")


async def test_a_right_is_switched_once(issuer, ask) -> None:
    """On again takes new mentions and a new ground; what was on is never taken away."""
    made = await issuer()
    path = f"{ISSUERS}/{made['issuer_id']}"
    assert (await ask("POST", f"{path}/right", json=RIGHT)).status_code == 409
    assert (await ask("POST", f"{path}/right/end")).json()["is_on"] is False
    assert (await ask("POST", f"{path}/right/end")).status_code == 409
    assert (await ask("POST", f"{path}/right", json=RIGHT)).status_code == 409
    assert (await ask("DELETE", path)).status_code == 409


async def test_mentions_that_were_never_used_are_taken_away(ask) -> None:
    """A typing mistake leaves nothing behind."""
    made = (await ask("POST", ISSUERS, json=MENTIONS)).json()
    assert (await ask("DELETE", f"{ISSUERS}/{made['issuer_id']}")).status_code == 204
    assert (await ask("GET", ISSUERS)).json() == []


async def test_the_pages_lead_from_the_mentions_to_the_right(ask) -> None:
    """What is wrong is said beside its field, and the box must be ticked."""
    form = {name: value for name, value in MENTIONS.items() if name != "accounts"} | {"account": "0"}
    refused = await ask("POST", "/banque/recus/organismes", data=form | {"registration": "12"})
    assert refused.status_code == 422
    assert "numéro RNA" in refused.text
    made = await ask("POST", "/banque/recus/organismes", data=form)
    assert made.status_code == 303
    page = made.headers["location"]
    assert "Association de l’Œuvre" in (await ask("GET", page)).text
    assert (await ask("POST", f"{page}/droit", data=RIGHT)).status_code == 422
    assert (await ask("POST", f"{page}/droit", data=RIGHT | {"sure": "oui"})).status_code == 303
    assert RIGHT["ground"] in (await ask("GET", page)).text
    assert "Fermer le droit" in (await ask("GET", page)).text
    copy = await ask("GET", f"/banque/recus/organismes/nouveau?comme={page.rpartition('/')[2]}")
    assert 'value="732829320"' in copy.text


async def test_only_a_national_treasurer_opens_a_right(pledges, ask) -> None:
    """Not one of a territory, not an operator."""
    made = (await ask("POST", ISSUERS, json=MENTIONS)).json()
    async with client_for(pledges) as http:
        for role in (("treasurer", "64"), ("national_operator", "00")):
            who = {"Authorization": f"Bearer {session_token(uuid4(), roles=[role])}"}
            answer = await http.post(f"{ISSUERS}/{made['issuer_id']}/right", json=RIGHT, headers=who)
            assert answer.status_code == 403
