"""Writes to the database, all set-based: recipients, letters, and letters on their way out."""

from services.notifications.repository.letters import add_letters
from services.notifications.repository.outgoing import claim_letters, close_letter, expire_letters, put_back
from services.notifications.repository.recipients import bury, lock_recipients, save_contacts, save_keys

__all__ = [
    "add_letters",
    "bury",
    "claim_letters",
    "close_letter",
    "expire_letters",
    "lock_recipients",
    "put_back",
    "save_contacts",
    "save_keys",
]
