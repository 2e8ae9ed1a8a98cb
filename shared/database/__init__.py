"""PostgreSQL for every service: one engine, one transaction per request or batch, committed at the edge."""

from shared.database.engine import Database
from shared.database.work import Work

__all__ = ["Database", "Work"]
