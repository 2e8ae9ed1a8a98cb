"""Writes of the ledger: the journal and its chain, the state beside it. Sets of rows, never one by one."""
