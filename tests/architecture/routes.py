"""Every route of a service as a visitor could call it, and the access rules that it declares."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from shared.identity.access import Access
from shared.runtime import Service

_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


@dataclass(frozen=True)
class Route:
    """One method of one path. `rules` are all that it declares: exactly one is right."""

    method: str
    path: str
    rules: tuple[Access, ...]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_territorial(self) -> bool:
        return "{territory}" in self.path

    def url(self, *, territory: str) -> str:
        """The path with a territory and ids that name nothing."""
        known = {"territory": territory, "code": territory, "position": "987654321"}
        return _PARAMETER.sub(lambda found: known.get(found.group(1), str(uuid4())), self.path)


def routes_of(service: Service) -> list[Route]:
    """All routes, those of pages too, whatever router they were included with."""
    return [
        Route(
            method=method, path=context.path or "", rules=tuple(_rules(getattr(context, "dependant", None)))
        )
        for context in iter_route_contexts(service.app.routes)
        for method in sorted((context.methods or {"GET"}) - {"HEAD"})
    ]


def _rules(dependant: Dependant | None) -> Iterator[Access]:
    for dependency in dependant.dependencies if dependant else ():
        if isinstance(dependency.call, Access):
            yield dependency.call
        yield from _rules(dependency)
