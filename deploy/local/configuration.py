"""Configuration files of the servers, rendered from their templates in `deploy/`."""

import os
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def write_configuration(template: Path, *, to: Path, **values: object) -> None:
    """Render the template into a file that only its owner reads: it may hold passwords."""
    templates = Environment(
        loader=FileSystemLoader(template.parent),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - not HTML: paths and passwords go through `quoted`
        keep_trailing_newline=True,
    )
    templates.filters["quoted"] = _quoted
    text = templates.get_template(template.name).render(values)
    to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    to.unlink(missing_ok=True)
    with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def _quoted(value: object) -> str:
    """A string in double quotes, as both NATS and Caddy read it; accents stay as they are."""
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
