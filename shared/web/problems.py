"""Says in each service's OpenAPI document what a refusal looks like: problem details (RFC 9457), not FastAPI's own."""

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, Field


class WrongField(BaseModel):
    """One field of a request that was not accepted."""

    field: str
    message: str


class Problem(BaseModel):
    """Why a request was refused: `detail` is a French sentence for people, `code` is for programs."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[WrongField] = Field(default_factory=list)


REFUSED = {
    "description": "Refusé",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_GENERIC = ("HTTPValidationError", "ValidationError")


def document_problems(app: FastAPI) -> None:
    """Every operation of `app` documents its refusals as they are answered."""
    describe = app.openapi

    def described() -> dict[str, Any]:
        document = describe()  # made once, then kept by the application
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        if "Problem" in schemas:
            return document
        for name in _GENERIC:
            schemas.pop(name, None)
        schemas |= {kind.__name__: _schema_of(kind) for kind in (Problem, WrongField)}
        for operations in document["paths"].values():
            for operation in operations.values():
                operation["responses"].pop("422", None)
                operation["responses"]["4XX"] = REFUSED
        return document

    app.openapi = described  # type: ignore[method-assign]


def _schema_of(kind: type[BaseModel]) -> dict[str, Any]:
    found = kind.model_json_schema(ref_template="#/components/schemas/{model}")
    found.pop("$defs", None)
    return found
