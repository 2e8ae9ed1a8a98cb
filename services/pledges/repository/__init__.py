"""Writes to this service's tables, set-based: a chunk of bank lines costs a handful of statements."""
