"""What the ledger does: post what it hears, prove it against the bank, move money out, keep the share's policies."""
