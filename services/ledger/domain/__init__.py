"""The ledger's rules: accounts, entries, the chain, the local-currency share, orders. Pure functions and values."""
