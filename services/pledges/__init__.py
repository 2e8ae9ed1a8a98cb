"""Promises of money, bank statements, and how each line of a statement finds what it pays.

Owns: pledges and their RF references, imported statements, every booked bank line with the names and accounts
of those who paid (kept here only), gap alarms, and the debits that confirmed disbursements will cause.
Hears: `DisbursementCommitted` (a debit to expect), and the keys and roles that every service hears.
Says: `PledgeMade`; for each booked line exactly one of `PaymentReceived`, `PaymentReturned`,
`PaymentSuspended`, `BankFeeCharged`, `DisbursementDebited`; for each statement `StatementImported`.
"""
