"""Contracts and plumbing."""
