"""What notifications can do: learn a person's key, keep a contact, write letters, send them."""

from services.notifications.operations.keep_contacts import keep_contacts, write_link_letters
from services.notifications.operations.person_keys import PersonKeys, ask_members
from services.notifications.operations.sending import Sending, close_sent, put_back_unsent, settle_failure
from services.notifications.operations.write_letters import wake_after_commit, write_letters

__all__ = [
    "PersonKeys",
    "Sending",
    "ask_members",
    "close_sent",
    "keep_contacts",
    "put_back_unsent",
    "settle_failure",
    "wake_after_commit",
    "write_letters",
    "write_link_letters",
]
