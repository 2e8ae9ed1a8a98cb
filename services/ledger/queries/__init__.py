"""Reads of the ledger, for pages, JSON and commands."""
