"""Runs a service: its HTTP application, its lanes and its relay in one process, until it is told to stop."""

from shared.runtime.service import Service
from shared.runtime.transaction import Transaction

__all__ = ["Service", "Transaction"]
