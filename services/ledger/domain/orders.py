"""Orders of two persons: the first one writes what is to be done, the second confirms the hash of exactly that."""

import hashlib
import json


def order_hash(order: list[object]) -> str:
    """SHA-256 of an order's parts, in hexadecimal: texts, whole numbers and lists of them, in a fixed order."""
    return hashlib.sha256(json.dumps(order, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
