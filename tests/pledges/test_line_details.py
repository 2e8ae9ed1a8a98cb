"""What a line is made of, as a treasurer sees it: parts to allocate, and notifications to choose from."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from services.pledges.queries.notifications import LATE_AFTER
from shared.testing import client_for
from tests.pledges.notified import Notified, Part, notification


@pytest.fixture
async def desk(pledges, as_treasurer):
    """Requests as a treasurer: `await desk("POST", address, json=…, data=…)`; the response."""

    async with client_for(pledges) as http:

        async def ask(method, address, **content):
            return await http.request(method, address, headers=as_treasurer, **content)

        yield ask


async def only_line(desk):
    (line,) = (await desk("GET", "/api/pledges/suspense")).json()
    return line["line_id"]


async def details_of(desk, line_id):
    return (await desk("GET", f"/api/pledges/lines/{line_id}/details")).json()


async def kept(desk, pledge):
    return (await desk("GET", f"/api/pledges/pledges/{pledge['pledge_id']}")).json()["received_minor"]


async def test_the_rest_of_a_sum_is_allocated_part_by_part_with_the_pages_alone(desk, book, notify, promised):
    """Each part says why it waits and what comes near; a button allocates all of it; undone, it waits again."""
    named, meant = await promised(5000), await promised(3000)
    await book((9000, "R1"))
    parts = [Part(5000, named["reference"]), Part(3000, text="don de Jo", name="Jo Exemple"), Part(1000)]
    await notify(Notified(parts, reference="R1"))
    line_id = await only_line(desk)
    address = f"/banque/lignes/{line_id}"
    page = (await desk("GET", address)).text
    assert "2 attendent encore" in page
    assert "Aucune référence commençant par RF" in page
    assert "Jo Exemple" in page
    assert "du même montant" in page
    waiting = (await details_of(desk, line_id))["details"][0]
    assert [one["pledge"]["pledge_id"] for one in waiting["suggestions"]] == [meant["pledge_id"]]
    click = f"{address}/details/{waiting['detail_id']}/rapprocher"
    form = {"attente": "4000", "reference": meant["reference"]}
    assert (await desk("POST", click, data=form)).status_code == 303
    assert await kept(desk, meant) == 3000
    twice = await desk("POST", click, data=form | {"attente": "1000"})
    assert (twice.status_code, "n’attend plus" in twice.text) == (422, True)
    (made,) = [
        one["allocation_id"]
        for one in (await details_of(desk, line_id))["details"]
        if one["detail_id"] == waiting["detail_id"]
    ]
    undoing = f"/api/pledges/allocations/{made}/undoing"
    await desk("POST", undoing, json={"reason": "Erreur"})
    await desk("POST", f"{undoing}/confirmation")
    again = (await details_of(desk, line_id))["details"][0]
    assert (again["detail_id"], again["allocation_id"], again["was_undone"]) == (
        waiting["detail_id"],
        None,
        True,
    )
    assert (await desk("POST", click, data=form)).status_code == 303
    assert await kept(desk, meant) == 3000


async def test_a_slip_in_a_reference_is_proposed(desk, book, notify, promised):
    """The part says so, and the pledge is one click away."""
    meant = await promised(7000)
    reference = meant["reference"]
    slipped = reference[:-1] + str((int(reference[-1]) + 1) % 10)
    await book((2000, "R1"))
    await notify(Notified([Part(2000, text=f"don {slipped}")], reference="R1"))
    (part,) = (await details_of(desk, await only_line(desk)))["details"]
    assert [one["why"] for one in part["suggestions"]] == ["mistyped"]


async def test_a_person_says_which_of_two_notifications_details_a_line(desk, book, notify, promised):
    """What leaves a doubt is listed on the page of each line; the choice allocates what is named."""
    one, other = await promised(5000), await promised(5000)
    await book((5000, None))
    await notify(Notified([Part(5000, one["reference"])]), id="UN")
    await book((5000, None), day=1)
    line_id = await only_line(desk)
    await notify(Notified([Part(5000, other["reference"])], booked_on=None), id="DEUX")
    page = (await desk("GET", f"/banque/lignes/{line_id}")).text
    assert "C’est le détail de cette ligne" in page
    (possible,) = (await details_of(desk, line_id))["possible"]
    assert possible["bank_notification_id"] == "DEUX"
    chosen = await desk("POST", f"/banque/lignes/{line_id}/avis", data={"ecriture": possible["entry_id"]})
    assert chosen.status_code == 303
    assert [await kept(desk, pledge) for pledge in (one, other)] == [5000, 5000]
    again = await desk("POST", f"/banque/lignes/{line_id}/avis", data={"ecriture": possible["entry_id"]})
    assert (again.status_code, "elle l’est déjà" in again.text) == (422, True)


async def test_what_does_not_fit_together_is_refused(desk, book, notify, promised):
    """An entry of another amount, a part of another line, nothing that exists."""
    one = await promised(5000)
    await book((5000, None))
    line_id = await only_line(desk)
    await notify(Notified([Part(4000)]))
    (waiting,) = (await desk("GET", "/api/pledges/notifications/waiting")).json()
    chosen = await desk(
        "POST", f"/api/pledges/lines/{line_id}/details", json={"entry_id": waiting["entry_id"]}
    )
    assert (chosen.status_code, "d’un autre montant" in chosen.json()["detail"]) == (422, True)
    part = await desk(
        "POST",
        f"/api/pledges/lines/{line_id}/details/{uuid4()}/allocation",
        json={"reference": one["reference"], "waiting_minor": 5000},
    )
    assert part.status_code == 422
    for method, address, json in (
        ("GET", f"/api/pledges/lines/{uuid4()}/details", None),
        ("POST", f"/api/pledges/lines/{uuid4()}/details", {"entry_id": waiting["entry_id"]}),
    ):
        assert (await desk(method, address, json=json)).status_code == 404


async def test_the_desk_says_what_an_import_detailed_and_what_waits(
    desk, pledges, book, notify, send, promised
):
    """In its notice, in its list, and as an alarm once a statement is overdue."""
    one = await promised(5000)
    await book((5000, "R1"))
    answer = await notify(Notified([Part(5000, one["reference"])], reference="R1"), Notified([Part(700)]))
    assert answer["notifications"][0]["waiting_count"] == 1
    page = (await desk("GET", "/banque?importes=0&connus=0&avis=1&detaillees=1&attendent=1")).text
    assert "1 avis importé." in page
    assert "1 somme détaillée" in page
    assert "1 écriture d’avis attend la ligne de relevé" in page
    assert "1 en attente du relevé" in page
    assert "attendent leur relevé depuis" not in page
    async with pledges.database.begin() as work:
        await work.execute(
            "update notified_entries set notified_at = :old", old=datetime.now(UTC) - LATE_AFTER
        )
    assert "attendent leur relevé depuis plus de 5 jours" in (await desk("GET", "/banque")).text


async def test_files_of_both_kinds_are_sent_by_the_page_together(
    desk, bank_file, statement, movement, promised
):
    """The address that it leads to says what they brought."""
    one = await promised(5000)
    files = [
        ("file", ("avis.xml", notification(Notified([Part(5000, one["reference"])], reference="R1")))),
        ("file", ("relevé.xml", bank_file(statement([movement(5000, detail_index=0, bank_reference="R1")])))),
    ]
    sent = await desk("POST", "/banque", files=files)
    assert sent.headers["location"] == "/banque?importes=1&connus=0&avis=1&detaillees=1&attendent=1"


async def test_a_refund_is_proposed_to_the_giver_of_the_part(desk, book, notify, promised):
    """The line has no name: the notification does."""
    one = await promised(5000)
    await book((5000, "R1"), (1000, "R2"))
    parts = [Part(5000, one["reference"], name="Lou Donatrice")]
    await notify(Notified(parts, reference="R1"), Notified([Part(1000)], reference="R2"))
    (statement,) = (await desk("GET", "/api/pledges/statements")).json()
    lines = (await desk("GET", f"/api/pledges/statements/{statement['statement_id']}/lines")).json()["lines"]
    part = (await details_of(desk, lines[0]["line_id"]))["details"][0]
    page = (await desk("GET", f"/banque/paiements/{part['allocation_id']}/rembourser")).text
    assert "Lou Donatrice" in page


async def test_a_sum_of_many_parts_is_leafed_through(desk, book, notify, promised):
    """What waits comes first; a long list of allocations is cut, and each part can be refunded or undone by itself."""
    one = await promised(5000)
    await book((26_000, "R1"), (100, None))
    parts = [Part(100, one["reference"])] * 250 + [Part(10, name=f"Reste {n}") for n in range(100)]
    await notify(Notified(parts, reference="R1"))
    line_id = next(
        line["line_id"]
        for line in (await desk("GET", "/api/pledges/suspense")).json()
        if line["amount_minor"] == 26_000
    )
    first = await details_of(desk, line_id)
    assert (len(first["details"]), first["notification"]["open_count"]) == (50, 100)
    assert not any(part["allocation_id"] for part in first["details"])
    page = (await desk("GET", f"/banque/lignes/{line_id}?debut=300")).text
    assert "Les 200 premiers" in page
    last = (await desk("GET", f"/api/pledges/lines/{line_id}/details?offset=349")).json()["details"]
    address = f"/banque/rapprochements/{last[0]['allocation_id']}/annuler"
    assert address in page
    await desk("POST", address, data={"raison": "Doublon"})
    assert "Annulation demandée" in (await desk("GET", f"/banque/lignes/{line_id}")).text
    csv = (await desk("GET", "/api/pledges/lines.csv?from=2026-11-01&to=2026-11-30")).text
    assert csv.count(one["reference"]) == 1, "a pledge is named once, however many parts it has"
