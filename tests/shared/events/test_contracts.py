"""Every contract: where it travels, what orders it, and what may not change in it."""

import copy
import json
from datetime import datetime
from pathlib import Path

import pytest

from shared.events import Audience
from shared.events.catalog import SERVICES, contract_of, contracts, is_personal
from shared.events.contract import Event
from shared.events.hearing import HEARS
from shared.events.schemas import ContractBroken, breaking_changes, described, export, rendered
from shared.values import lanes

RELEASED = Path(__file__).parents[3] / "docs" / "events"

each_contract = pytest.mark.parametrize("contract", contracts(), ids=lambda contract: contract.name)


@each_contract
def test_a_subject_has_six_tokens(contract: type[Event]) -> None:
    """milliard, territory, publisher, audience, event, version; a personal one ends in the person."""
    tokens = contract.subject_filter("64").split(".")
    assert len(tokens) == 6
    if is_personal(contract):
        assert tokens == ["personal", "64", contract.publisher, contract.name, f"v{contract.version}", "*"]
    else:
        assert tokens == [
            "milliard",
            "64",
            contract.publisher,
            contract.audience,
            contract.name,
            f"v{contract.version}",
        ]


@each_contract
def test_a_contract_says_its_key(contract: type[Event]) -> None:
    """Without one its events would have no order."""
    assert contract.key is not Event.key


@each_contract
def test_a_contract_is_found_by_its_type_and_published_by_a_service(contract: type[Event]) -> None:
    """Types are unique."""
    assert contract_of(contract.type) is contract
    assert contract.publisher in SERVICES


@each_contract
def test_a_personal_event_is_never_in_the_account_of_the_others(contract: type[Event]) -> None:
    """Nor is any other in its account, nor a person's id in a public one."""
    assert contract.subject_filter().startswith("personal." if is_personal(contract) else "milliard.")
    if contract.audience is Audience.PUBLIC:
        assert not {"person_id", "member_id", "sealed", "payee_iban"} & set(contract.model_fields)


@each_contract
def test_numbers_have_limits_and_times_have_zones(contract: type[Event]) -> None:
    """What no column can hold is refused where it arrives."""
    for name, field in contract.model_json_schema()["properties"].items():
        if field.get("type") == "integer":
            assert field.get("maximum", field.get("exclusiveMaximum", 2**63)) <= 10**15, name
    assert datetime not in {field.annotation for field in contract.model_fields.values()}


def test_everything_that_is_heard_is_published() -> None:
    """By a contract of the catalog."""
    assert {contract for heard in HEARS.values() for contract in heard} <= set(contracts())


def test_a_lane_token_is_a_territory_in_lower_case() -> None:
    """So that one line of permissions is one territory."""
    assert all(code.lower().isalnum() for code in lanes())


@each_contract
def test_the_released_schema_is_the_contract(contract: type[Event]) -> None:
    """`milliard events export` writes it; the diff is the change."""
    assert (RELEASED / f"{contract.type}.json").read_text(encoding="utf-8") == rendered(contract)


def test_no_schema_is_left_of_a_contract_that_is_gone() -> None:
    """One file for each."""
    assert {file.stem for file in RELEASED.glob("*.json")} == {contract.type for contract in contracts()}


def changed(change) -> list[str]:
    released = described(contract_of("milliard.pledges.payment_received.v1"))
    current = copy.deepcopy(released)
    change(current)
    return breaking_changes(released, current)


ADDITIVE = {
    "a field with a default": lambda c: c["schema"]["properties"].update(
        note={"type": "string", "default": ""}
    ),
    "other words": lambda c: c["schema"].update(description="autrement dit"),
    "another title": lambda c: c["schema"]["properties"]["fund"].update(title="Caisse"),
}
BREAKING = {
    "a field is gone": lambda c: c["schema"]["properties"].pop("fund"),
    "a field has another type": lambda c: c["schema"]["properties"]["fund"].update(type="integer"),
    "a new field is required": lambda c: (
        c["schema"]["properties"].update(note={"type": "string"}), c["schema"]["required"].append("note")
    ),
    "a field may be missing": lambda c: c["schema"]["required"].remove("fund"),
    "a limit is lower": lambda c: c["schema"]["properties"]["amount_minor"].update(maximum=10),
    "a limit is new": lambda c: c["schema"]["properties"]["fund"].update(maxLength=3),
    "another subject": lambda c: c.update(subject="milliard.{territory}.pledges.public.payment_received.v1"),
    "another audience": lambda c: c.update(audience="public"),
}  # fmt: skip


@pytest.mark.parametrize("change", ADDITIVE)
def test_an_additive_change_keeps_its_version(change: str) -> None:
    """Older readers ignore it, newer ones have its default."""
    assert changed(ADDITIVE[change]) == []


@pytest.mark.parametrize("change", BREAKING)
def test_any_other_change_breaks_the_contract(change: str) -> None:
    """It wants a new class beside the old one."""
    assert changed(BREAKING[change])


def test_a_broken_contract_is_not_exported(tmp_path: Path) -> None:
    """Nothing is written, and all that would break is said."""
    export(tmp_path)
    file = tmp_path / "milliard.pledges.pledge_made.v1.json"
    released = json.loads(file.read_text(encoding="utf-8"))
    released["schema"]["properties"]["colour"] = {"type": "string"}
    file.write_text(json.dumps(released), encoding="utf-8")
    before = file.read_text(encoding="utf-8")
    with pytest.raises(ContractBroken, match="colour is gone"):
        export(tmp_path)
    assert file.read_text(encoding="utf-8") == before
