"""Promises of money, how they are paid, and what each line of a bank statement turns out to be.

Owns: pledges with their RF references and due dates, reminders and when they are sent; which organisation made them,
who signed them, decisions on instruments, files of pledges that were imported; imported statements, every booked bank
line with the names and accounts of those who paid (kept here only), what became of those in suspense, gap alarms,
refunds; the debits that confirmed disbursements and conversions will cause, mandates of direct debit and what is
collected under them, and the payment files that the bank is given; tax receipts with the organisations that may issue
them, and the names and addresses of their donors (kept here only); answers to the survey of savers, their counts and
what was published of them; the rolls of those who had invested or given by a day; the conditions of funders with what
payments triggered of them.
Hears: `DisbursementCommitted` and `ConversionCommitted` (a debit to expect), `NeedApproved` (shown beside what savers
would bring), and the keys and roles that every service hears.
Says: what becomes of promises and of payments (`shared/events/pledges.py`); for each booked line exactly one of
`PaymentReceived`, `PaymentReturned`, `PaymentRefunded`, `PaymentSuspended`, `BankFeeCharged`,
`DisbursementDebited` and `ConversionDebited`; for each statement `StatementImported`.
"""
