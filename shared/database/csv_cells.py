"""Cells of files for spreadsheets, as SQL."""


def harmless(text: str) -> str:
    """The SQL of a text as a cell: what a spreadsheet would run as a formula begins with an apostrophe.

    OWASP, CSV injection: givers and treasurers choose their own words. `text` is an expression of the code.
    """
    return f"case when {text} ~ '^[-=+@\\t\\r]' then '''' || {text} else {text} end"
