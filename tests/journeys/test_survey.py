"""The savers' survey: answered with consent, taken back, and given back to everybody as figures of groups."""

import httpx

from deploy.local.campaign.people import People
from tests.running import Running

SURVEY = "/api/pledges/survey"
PERSONS = 12
"""In each of two groups: more than the ten below which nothing is shown."""


def test_a_saver_answers_the_survey_and_takes_it_back(running: Running) -> None:
    """Consent first, kept at each step, withdrawn by its private address."""
    person = running.visitor()
    asked = person.get(SURVEY)
    begun = person.post(f"{SURVEY}/responses", consent=True, consent_version=asked["consent_version"])
    assert begun["next"] is not None
    address = f"{SURVEY}/responses/{begun['response_id']}"
    assert person.get(address)["response_id"] == begun["response_id"]
    assert person.request("DELETE", address).status_code == 204
    assert person.request("GET", address).status_code in (404, 410)


def test_answers_become_a_restitution_that_anybody_reads(running: Running, people: People) -> None:
    """Nothing is shown of fewer than ten; published by an operator, it is a page and a file, and stays as it was."""
    draft = people.operators[0].get(f"{SURVEY}/draft")
    assert draft["responses"] == 0
    with running.platform.http("pledges") as http:  # the local key has no hourly limit
        asked = http.get(SURVEY).json()
        for choice in [0, -1] * PERSONS:
            _answer_all(http, choice, consent_version=asked["consent_version"])
    made = people.operators[0].post(f"{SURVEY}/restitutions", signature="L’équipe de l’enquête")
    assert made["responses"] == 2 * PERSONS
    anybody = running.visitor()
    page = anybody.request("GET", "/enquete/resultats")
    assert page.status_code == 200
    assert "L’équipe de l’enquête" in page.text
    figures = anybody.request("GET", f"{SURVEY}/restitutions/{made['restitution_id']}/figures.csv")
    assert f";{PERSONS};{2 * PERSONS};Licence Ouverte" in figures.text


def _answer_all(http: httpx.Client, choice: int, *, consent_version: str) -> None:
    """Take this option of each question that is asked, then send."""
    agreed = {"consent": True, "consent_version": consent_version}
    shown = http.post(f"{SURVEY}/responses", json=agreed).json()
    address = f"{SURVEY}/responses/{shown['response_id']}"
    while question := shown["next"]:
        values = [question["options"][choice]["id"]] if question["options"] else []
        given = http.put(f"{address}/answers/{question['id']}", json={"values": values})
        assert given.status_code == 200, given.text
        shown = given.json()
    assert http.put(f"{address}/completion").status_code == 200
