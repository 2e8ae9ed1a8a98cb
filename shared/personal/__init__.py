"""Personal data between members and notifications: sealed with one key per person, so that erasing the key
erases every copy, the ones in the broker's block files included."""

from shared.personal.sealing import KEY_BYTES, SealBroken, new_key, seal, unseal

__all__ = ["KEY_BYTES", "KEY_REQUEST_SUBJECT", "SealBroken", "new_key", "seal", "unseal"]

KEY_REQUEST_SUBJECT = "personal.keys.request"
"""Notifications asks members for a person's key here (core request, never stored). Body: the person's UUID as
text; answer: JSON `{"key": "<base64url>"}`, or `{"erased": true}`."""
