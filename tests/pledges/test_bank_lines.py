"""Lines page by page: of a statement, and of what waits in suspense."""

import re
from typing import Any
from uuid import UUID

import pytest

from services.pledges.queries.bank import PAGE_LINES
from services.pledges.queries.bank_lines import Beside, lines_of_statement, suspended_lines
from shared.testing import client_for

STATEMENT = UUID(int=1)
COUNT = 2 * PAGE_LINES + 1


@pytest.fixture
async def waiting(pledges: Any) -> Any:
    """A statement of which every line waits, several on each day and two for each entry; its ids in their order."""
    async with pledges.database.begin() as work:
        await work.execute(
            """
            insert into statements (statement_id, iban, bank_statement_id, content_hash, file_name, norm, currency,
                opening_minor, closing_minor, opening_on, closing_on, first_booked_on, last_booked_on, line_count,
                received_count, returned_count, refunded_count, suspended_count, fee_count, disbursed_count,
                credit_minor, debit_minor, imported_at)
            select :id, 'FR7630006000011234567890189', 'LONG', '', '', 'camt.053', 'EUR', 0, n, '2026-01-01',
                '2026-12-31', '2026-01-01', '2026-12-31', n, 0, 0, 0, n, 0, 0, n, 0, now()
            from cast(:count as integer) as n
            """,
            id=STATEMENT,
            count=COUNT,
        )
        await work.execute(
            """
            insert into bank_lines (territory, line_id, statement_id, entry_index, detail_index, fate, reason,
                direction, amount_minor, currency, booked_on, value_on)
            select '00', gen_random_uuid(), :id, 1 + n / 2, 1 + n % 2, 'suspended', 'no_reference',
                'credit', 1, 'EUR', date '2026-01-01' + n / 7, date '2026-01-01'
            from generate_series(0, cast(:count as integer) - 1) as n
            """,
            id=STATEMENT,
            count=COUNT,
        )
    return pledges


async def _read_statement(work: Any, beside: Beside) -> Any:
    return await lines_of_statement(work, STATEMENT, beside)


async def _walk(work: Any, read: Any) -> list[UUID]:
    """Every id on the way forward; the way back must show the same pages."""
    pages = [await read(work, Beside())]
    while pages[-1].next:
        pages.append(await read(work, Beside(after=pages[-1].next)))
    assert [len(page.lines) for page in pages] == [PAGE_LINES, PAGE_LINES, 1]
    assert pages[0].previous is None
    back = pages[-1]
    for page in reversed(pages[:-1]):
        back = await read(work, Beside(before=back.previous))
        assert back == page
    return [line.line_id for page in pages for line in page.lines]


async def test_every_waiting_line_is_on_one_page_the_oldest_first(waiting: Any) -> None:
    """Forwards and backwards, whatever happened on one day."""
    async with waiting.database.begin() as work:
        rows = await work.execute("select line_id from bank_lines order by booked_on, line_id")
        assert await _walk(work, suspended_lines) == list(rows.scalars())


async def test_every_line_of_a_statement_is_on_one_page_as_the_bank_booked_it(waiting: Any) -> None:
    """Entries with several lines too."""
    async with waiting.database.begin() as work:
        rows = await work.execute("select line_id from bank_lines order by entry_index, detail_index")
        assert await _walk(work, _read_statement) == list(rows.scalars())


async def test_no_waiting_line_is_passed_over_when_others_leave(waiting: Any) -> None:
    """What was explained meanwhile does not move the next page."""
    async with waiting.database.begin() as work:
        first = await suspended_lines(work)
        (expected, *_) = (await suspended_lines(work, Beside(after=first.next))).lines
        await work.execute(
            "update bank_lines set allocated_minor = amount_minor where line_id = any(cast(:ids as uuid[]))",
            ids=[line.line_id for line in first.lines],
        )
        assert (await suspended_lines(work, Beside(after=first.next))).lines[0] == expected


async def test_programs_read_on_after_the_last_line(waiting: Any, as_treasurer: dict[str, str]) -> None:
    """Until `next` is null for a statement, until nothing comes for what waits."""
    async with client_for(waiting) as http:

        async def get(path: str, after: str | None) -> Any:
            params = {"after": after} if after else {}
            return (await http.get(path, params=params, headers=as_treasurer)).json()

        seen, after = [], None
        while True:
            answer = await get(f"/api/pledges/statements/{STATEMENT}/lines", after)
            seen += [(line["entry_index"], line["detail_index"]) for line in answer["lines"]]
            if (after := answer["next"]) is None:
                break
        assert seen == sorted(set(seen))
        assert len(seen) == COUNT
        waits = await get("/api/pledges/suspense", None)
        assert len(await get("/api/pledges/suspense", waits[-1]["line_id"])) == PAGE_LINES


@pytest.mark.parametrize("path", ["/banque", f"/banque/releves/{STATEMENT}"])
async def test_pages_lead_on_and_back(waiting: Any, as_treasurer: dict[str, str], path: str) -> None:
    """A link to the next page, and on it one to the page before."""
    async with client_for(waiting) as http:
        page = await http.get(path, headers=as_treasurer)
        (after,) = re.findall(r'href="[?]apres=([0-9a-f-]{36})', page.text)
        page = await http.get(path, params={"apres": after}, headers=as_treasurer)
        (before,) = re.findall(r'href="[?]avant=([0-9a-f-]{36})', page.text)
        page = await http.get(path, params={"avant": before}, headers=as_treasurer)
    assert f"?apres={after}" in page.text
    assert "?avant=" not in page.text
