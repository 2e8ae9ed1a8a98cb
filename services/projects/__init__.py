"""Organisations, what they need, and the money that they ask for.

Owns: the registry of partner organisations, their needs with the decisions on them, and each request for a
disbursement with the place where it stands. It decides and asks; it never holds money: the ledger reserves,
takes the orders of treasurers and posts.

Hears: DisbursementReserved, DisbursementRefused, DisbursementOrdered, DisbursementCommitted and
DisbursementPosted (ledger); keys and roles (members). Says: NeedApproved (public), DisbursementRequested.
"""
