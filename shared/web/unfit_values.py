"""Tells a value of a request that no column can hold from a fault of ours.

PostgreSQL knows the limits of its types (a bigint, a text without NUL, a date) best; checking each field of each
request for all of them would say the same a hundred times over, and forget some. The transaction is rolled back.
"""

import asyncpg
from sqlalchemy.exc import DBAPIError

MESSAGE = (
    "Une des valeurs envoyées est trop grande ou contient un caractère interdit, rien n’a été enregistré. "
    "Corrigez-la puis envoyez de nouveau."
)


def is_unfit(error: DBAPIError) -> bool:
    """Whether a statement failed on a value: SQLSTATE class 22 (data exception), from the server or its driver.

    The driver refuses a parameter before it is sent (a number beyond bigint) with the same class. SQLAlchemy wraps
    the driver's error once more, a COPY's is told as it is.
    """
    return isinstance(error.orig, asyncpg.DataError) or isinstance(
        getattr(error.orig, "__cause__", None), asyncpg.DataError
    )
