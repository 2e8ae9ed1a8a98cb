"""Creates and changes the tables that every service has: called by migrations of the same number in each."""

from importlib import resources

from alembic import op


def create_plumbing() -> None:
    """Create outbox, inbox, parking, leases and projections of trust in the database being migrated."""
    change_plumbing("plumbing.sql")


def change_plumbing(script: str) -> None:
    """Run one of this folder's scripts (`plumbing_0002.sql`) in the database being migrated."""
    run_script(resources.files("shared.database").joinpath(script).read_text(encoding="utf-8"))


def run_script(script: str) -> None:
    """Run a script of plain statements separated by `;` at line ends (asyncpg takes one statement at a time).

    A function's body keeps its own semicolons between `$$` marks.
    """
    statement: list[str] = []
    in_body = False
    for line in script.splitlines():
        if not statement and (not line.strip() or line.lstrip().startswith("--")):
            continue
        statement.append(line)
        in_body ^= line.count("$$") % 2 == 1
        if not in_body and line.rstrip().endswith(";"):
            op.get_bind().exec_driver_sql("\n".join(statement))
            statement = []
    if statement:
        raise ValueError(f"the script ends in the middle of a statement: {statement[0]!r}")
