"""The rules of membership, addresses, roles and links. Pure: the language and `shared.values` only."""
