"""The ledger: double entries, one hash chain for each territory, and the public progress.

Owns: journal, balances, envelopes, local-currency policies, the registry of local currencies with conversions and
deliveries, orders of money out.
Hears: promises and every line of every bank statement (pledges), requests for money (projects).
Says: where a disbursement stands, which conversions are committed, and the four figures of each territory.
"""
