"""The tables of the ledger. `migrations/` creates them, with the triggers and rights that make the books
append-only; a test compares the two. Posting writes sets of rows with SQL (`repository/journal.py`)."""

from services.ledger.tables.bank import Statement, StatementTally
from services.ledger.tables.chart import AccountChange, AccountOfChart
from services.ledger.tables.columns import LedgerTable
from services.ledger.tables.decisions import (
    Closing,
    CorrectionOfEntry,
    Disbursement,
    EnvelopeShareRow,
    LocalCurrencyPolicy,
)
from services.ledger.tables.funds import Fund, RulesOfFund
from services.ledger.tables.journal import (
    Balance,
    Chain,
    DailyMovement,
    EntryLine,
    JournalEntry,
    ReturnedReceipt,
)
from services.ledger.tables.local_currencies import (
    AcceptorOfCurrency,
    CommuneOfCurrency,
    ConversionRow,
    DeliveryRow,
    EditOfRegistry,
    RegisteredCurrency,
    TermsOfCurrency,
)
from services.ledger.tables.repayments import (
    Repayment,
    RepaymentReferenceRow,
    RepaymentReturn,
    RepaymentScheduleRow,
)
from services.ledger.tables.told import ExportOfBooks, Milestone, RootOfBooks

__all__ = [
    "AcceptorOfCurrency",
    "AccountChange",
    "AccountOfChart",
    "Balance",
    "Chain",
    "Closing",
    "CommuneOfCurrency",
    "ConversionRow",
    "CorrectionOfEntry",
    "DailyMovement",
    "DeliveryRow",
    "Disbursement",
    "EditOfRegistry",
    "EntryLine",
    "EnvelopeShareRow",
    "ExportOfBooks",
    "Fund",
    "JournalEntry",
    "LedgerTable",
    "LocalCurrencyPolicy",
    "Milestone",
    "RegisteredCurrency",
    "Repayment",
    "RepaymentReferenceRow",
    "RepaymentReturn",
    "RepaymentScheduleRow",
    "ReturnedReceipt",
    "RootOfBooks",
    "RulesOfFund",
    "Statement",
    "StatementTally",
    "TermsOfCurrency",
]
