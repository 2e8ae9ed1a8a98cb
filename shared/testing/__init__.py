"""What tests of every service use: real services on fresh databases, sessions, and a lane in miniature."""

from shared.testing.harness import client_for, eventually, hear, recorded, session_token

__all__ = ["client_for", "eventually", "hear", "recorded", "session_token"]
