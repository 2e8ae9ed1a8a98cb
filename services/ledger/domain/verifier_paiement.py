"""Vérifie qu’un paiement est dans une racine publiée. Il faut : pip install cryptography

Usage : python3 verifier_paiement.py preuve.json CLÉ      (la clé publique, en hexadécimal)
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def check(proof: dict[str, Any], public_key: str) -> str:
    """Ce que la preuve montre. Lève une exception si elle ne montre rien."""
    previous = bytes.fromhex(proof["previous"])
    entry = hashlib.sha256(b"\x01" + previous + proof["entry"].encode()).digest()
    node = hashlib.sha256(b"\x00" + entry).digest()
    for side, other in proof["path"]:
        pair = bytes.fromhex(other) + node if side == "left" else node + bytes.fromhex(other)
        node = hashlib.sha256(b"\x01" + pair).digest()
    root = json.loads(proof["root"])
    if root["tree"] != node.hex():
        raise ValueError("cette écriture n’est pas dans cette racine")
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    key.verify(bytes.fromhex(proof["signature"]), proof["root"].encode())
    return (
        f"Vrai : l’écriture {proof['entry']} est dans la racine {root['number']} du {root['published_at']}."
    )


if __name__ == "__main__":
    sys.stdout.write(check(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), sys.argv[2]) + "\n")
