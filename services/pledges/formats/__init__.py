"""Readers and writers of the norms' files: bytes in, values of the domain out, and back; no network."""
