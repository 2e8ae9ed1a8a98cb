"""Renders a service's pages inside the common layout.

Templates are looked up in the service first, then in `shared/web/templates`, so a page writes
`{% extends "base.html" %}` and `{% from "macros/forms.html" import field %}`. An undefined name in
a template is an error, never an empty string: a missing amount must not read as nothing.
"""

from importlib.resources import files
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from shared.web import numbers, scale, tile_map
from shared.web.static_files import static_url


class Templates:
    """A Jinja environment and the request-aware `render`; build it once with `templates_for`."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment

    def text(self, name: str, **context: Any) -> str:
        """The template as text, for what is not a page: a badge, a mail's part."""
        return self.environment.get_template(name).render(**context)

    def render(
        self,
        request: Request,
        name: str,
        *,
        status_code: int = 200,
        headers: dict[str, str] | None = None,
        **context: Any,
    ) -> HTMLResponse:
        """The page `name`; its header shows « Mon espace » when `request.state.session` is set."""
        page = self.text(
            name,
            path=request.url.path,
            signed_in=getattr(request.state, "session", None) is not None,
            **context,
        )
        return HTMLResponse(page, status_code=status_code, headers=headers)


def templates_for(package: str) -> Templates:
    """The templates of `package` (`"services.ledger"`), with the shared layout, macros and filters."""
    environment = Environment(
        loader=ChoiceLoader(
            [
                FileSystemLoader(str(files(package) / "templates")),
                FileSystemLoader(str(files("shared.web") / "templates")),
            ]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(
        nombre=numbers.nombre,
        euros=numbers.euros,
        euros_courts=numbers.euros_courts,
        pourcent=numbers.pourcent,
        date_fr=numbers.date_fr,
        heure_fr=numbers.heure_fr,
        share=scale.share,
        level=scale.level,
        alphabetical=tile_map.alphabetical,
    )
    environment.globals.update(
        static=static_url,
        next_milestone=scale.next_milestone,
        steps_of_ten=scale.STEPS_OF_TEN_MINOR,
        levels=scale.LEVELS_MINOR,
        tiles=tile_map.tiles,
    )
    return Templates(environment)
