"""The contracts as JSON Schemas for integrators (`docs/events/`), and what may change in one without a new version.

A field may be added when it has a default; words may change. Anything else is a new class beside the old one.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shared.events.catalog import contracts, is_personal
from shared.events.contract import Event

WORDS = frozenset({"title", "description"})
"""What a schema says to people only."""


class ContractBroken(Exception):
    """A released contract was changed in a way that its readers would not survive."""


def described(contract: type[Event]) -> dict[str, Any]:
    """One contract as it is published: its type, where it travels, and the schema of its payload."""
    return {
        "type": contract.type,
        "subject": contract.subject_filter("{territory}").replace(".*", ".{person_id}"),
        "publisher": contract.publisher,
        "audience": contract.audience.value,
        "personal": is_personal(contract),
        "schema": contract.model_json_schema(),
    }


def rendered(contract: type[Event]) -> str:
    """The content of a contract's file: sorted, so that a change of a contract is its diff."""
    return json.dumps(described(contract), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def export(folder: Path) -> list[Path]:
    """Write one file for each contract. Raises ContractBroken, and writes nothing, when a released one would break."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {folder / f"{contract.type}.json": contract for contract in contracts()}
    broken = [
        f"{file.stem}: {change}"
        for file in sorted(folder.glob("*.json"))
        for change in breaking_changes(
            json.loads(file.read_text(encoding="utf-8")), described(files[file]) if file in files else None
        )
    ]
    if broken:
        raise ContractBroken(
            "Ces contrats publiés casseraient leurs lecteurs ; ajoutez une nouvelle version à côté :\n"
            + "\n".join(broken)
        )
    for file, contract in files.items():
        file.write_text(rendered(contract), encoding="utf-8")
    return sorted(files)


def breaking_changes(released: dict[str, Any], current: dict[str, Any] | None) -> list[str]:
    """What a reader of the released contract would not survive, in words; empty when the change is additive."""
    if current is None:
        return ["the contract is gone"]
    moved = [
        f"{name} is {current[name]}, was {released[name]}"
        for name in ("type", "subject", "publisher", "audience", "personal")
        if current[name] != released[name]
    ]
    old, new = released["schema"], current["schema"]
    return moved + list(_differences(_resolved(old, old), _resolved(new, new), path=""))


def _differences(old: Any, new: Any, *, path: str) -> Iterator[str]:
    """Where two schemas differ, in more than added fields that have a default."""
    if not (isinstance(old, dict) and isinstance(new, dict)):
        if old != new:
            yield f"{path or 'the payload'} is {new}, was {old}"
        return
    for name in sorted(set(old) | set(new)):
        where = f"{path}.{name}".lstrip(".")
        if name == "properties":
            yield from _differing_fields(old.get(name, {}), new.get(name, {}), path=path)
        elif name == "required":
            yield from (
                f"{path}.{field} is required now".lstrip(".")
                for field in sorted(set(new.get(name, ())) - set(old.get(name, ())))
            )
            yield from (
                f"{path}.{field} may be missing now".lstrip(".")
                for field in sorted(set(old.get(name, ())) - set(new.get(name, ())))
            )
        elif name not in old:
            yield f"{where} is {new[name]}, was not said"
        elif name not in new:
            yield f"{where} is not said, was {old[name]}"
        else:
            yield from _differences(old[name], new[name], path=where)


def _differing_fields(old: dict[str, Any], new: dict[str, Any], *, path: str) -> Iterator[str]:
    for field, schema in old.items():
        where = f"{path}.{field}".lstrip(".")
        if field not in new:
            yield f"{where} is gone"
        else:
            yield from _differences(schema, new[field], path=where)


def _resolved(schema: Any, root: dict[str, Any]) -> Any:
    """A schema with its references written out and without its words."""
    if isinstance(schema, list):
        return [_resolved(one, root) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _resolved(root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root)
    return {
        name: {field: _resolved(one, root) for field, one in value.items()}
        if name == "properties"
        else _resolved(value, root)
        for name, value in schema.items()
        if name not in WORDS | {"$defs"}
    }
