"""Milestones: only ever added, each once."""

from collections.abc import Sequence

from shared.database import Work


async def add_milestones(work: Work, reached: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Those of these (territory and hundredths) that had not been reached before, in their order."""
    if not reached:
        return []
    added = await work.execute(
        """
        insert into milestones (territory, percent, reached_at)
        select territory, percent, :now
        from unnest(cast(:territories as text[]), cast(:percents as integer[])) as reached (territory, percent)
        on conflict do nothing returning territory, percent
        """,
        territories=[territory for territory, _ in reached],
        percents=[percent for _, percent in reached],
        now=work.now,
    )
    return sorted((row.territory, row.percent) for row in added)
