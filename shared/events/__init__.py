"""What the services say to one another: one contract file per publisher, one envelope for all.

A contract is a frozen Pydantic model named noun + past participle. Adding a field with a default keeps its
version; any other change is a new class beside the old one. `docs/events/` holds the exported schemas.
"""

from shared.events.contract import Audience, Event, PersonalEvent
from shared.events.envelope import Envelope, Heard, headers_of, read_headers

__all__ = ["Audience", "Envelope", "Event", "Heard", "PersonalEvent", "headers_of", "read_headers"]
