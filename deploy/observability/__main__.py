"""Writes the dashboards as Grafana reads them: `python -m deploy.observability`, after a change of dashboards.py."""

from pathlib import Path

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from deploy.observability.dashboards import dashboards

FOLDER = Path(__file__).parent / "grafana" / "dashboards"


def written() -> dict[Path, str]:
    """The text of each file."""
    return {
        FOLDER / f"{name}.json": JSONEncoder(sort_keys=True, indent=2, ensure_ascii=False).encode(
            found.build()
        )
        + "\n"
        for name, found in dashboards().items()
    }


if __name__ == "__main__":
    for file, text in written().items():
        file.write_text(text, encoding="utf-8")
