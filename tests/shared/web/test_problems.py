"""What the OpenAPI documents say about refusals."""

from fastapi import FastAPI

from shared.web.errors import install_errors


def described() -> dict:
    app = FastAPI()
    install_errors(app)

    @app.post("/api/pledges/pledges", status_code=201)
    async def promise(amount_minor: int) -> dict[str, int]: ...

    assert app.openapi() is app.openapi()
    return app.openapi()


def test_an_operation_documents_its_refusals_as_problem_details() -> None:
    """Under their own media type, with the French sentence and the code; FastAPI's own form is never answered."""
    document = described()
    responses = document["paths"]["/api/pledges/pledges"]["post"]["responses"]
    assert set(responses) == {"201", "4XX"}
    assert list(responses["4XX"]["content"]) == ["application/problem+json"]
    schemas = document["components"]["schemas"]
    assert {"Problem", "WrongField"} <= set(schemas)
    assert "HTTPValidationError" not in schemas
    assert set(schemas["Problem"]["required"]) == {"type", "title", "status", "detail", "code"}
