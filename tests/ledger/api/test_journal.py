"""The journal and the posting of statements, for those who operate and audit."""

from uuid import UUID, uuid4

from tests.ledger.books import Books, payment, statement


async def test_the_journal_is_read_page_by_page_from_the_newest(books: Books) -> None:
    """With its lines, in the order in which they were posted."""
    await books.hear(*[payment(number) for number in (1, 2, 3)])
    first = (await books.get("/api/ledger/64/entries?limit=2", uuid4())).json()
    assert [entry["seq"] for entry in first] == [3, 2]
    assert [line["amount_minor"] for line in first[0]["lines"]] == [3, -3]
    rest = (await books.get("/api/ledger/64/entries?limit=2&before=2", uuid4())).json()
    assert [entry["seq"] for entry in rest] == [1]


async def test_the_posting_of_a_statement_is_followed_line_by_line(books: Books) -> None:
    """Unknown at first, then counted, then proved."""
    lines = [payment(1), payment(2)]
    path = f"/api/ledger/statements/{UUID(int=1)}"
    treasurer = uuid4()
    assert (await books.get(path, treasurer, roles=("00",))).status_code == 404
    await books.hear(lines[0])
    followed = (await books.get(path, treasurer, roles=("00",))).json()
    assert (followed["line_count"], followed["posted_lines"], followed["proved_at"]) == (None, 1, None)
    await books.hear(statement(0, lines), lines[1])
    await books.prove()
    followed = (await books.get(path, treasurer, roles=("00",))).json()
    assert (followed["line_count"], followed["posted_lines"]) == (2, 2)
    assert followed["proved_at"]
