"""The tables of pledges. `territory` is the lane that a row's events went to; amounts are integer cents."""

from services.pledges.tables.allocations import AllocationRow
from services.pledges.tables.bank import BankLineRow, ExpectedDebitRow, GapAlarmRow, StatementRow
from services.pledges.tables.claims import ClaimRow
from services.pledges.tables.columns import Table
from services.pledges.tables.conditions import (
    ConditionRow,
    EarmarkRow,
    MatchedPaymentRow,
    MatchingProgressRow,
    MatchShareRow,
)
from services.pledges.tables.debits import DebitBatchRow, DebitCollectionRow
from services.pledges.tables.imports import PledgeImportLineRow, PledgeImportRow
from services.pledges.tables.instruments import InstrumentAuthorisationRow
from services.pledges.tables.investors import (
    InvestorRollChangeRow,
    InvestorRollCountRow,
    InvestorRollEntryRow,
    InvestorRollRow,
)
from services.pledges.tables.mandates import MandateRow
from services.pledges.tables.needs import ApprovedNeedRow
from services.pledges.tables.notifications import BankNotificationRow, NotifiedDetailRow, NotifiedEntryRow
from services.pledges.tables.payers import CrossSubscriptionRow, PayerRow, PledgeSignatureRow
from services.pledges.tables.payment_files import FileDownloadRow, FileOrderRow, PaymentFileRow
from services.pledges.tables.pledges import PledgeRow
from services.pledges.tables.receipts import (
    CountedPaymentRow,
    DonorRow,
    PaymentRulingRow,
    ReceiptCounterRow,
    ReceiptIssuerRow,
    TaxReceiptRow,
)
from services.pledges.tables.refunds import RefundRow
from services.pledges.tables.repayments import RepaymentReferenceRow
from services.pledges.tables.schedules import InstalmentRow, ReminderPolicyRow, ReminderRow
from services.pledges.tables.survey import (
    SurveyCountRow,
    SurveyResponseRow,
    SurveyRestitutionRow,
    SurveyTextRow,
)

__all__ = [
    "AllocationRow",
    "ApprovedNeedRow",
    "BankLineRow",
    "BankNotificationRow",
    "ClaimRow",
    "ConditionRow",
    "CountedPaymentRow",
    "CrossSubscriptionRow",
    "DebitBatchRow",
    "DebitCollectionRow",
    "DonorRow",
    "EarmarkRow",
    "ExpectedDebitRow",
    "FileDownloadRow",
    "FileOrderRow",
    "GapAlarmRow",
    "InstalmentRow",
    "InstrumentAuthorisationRow",
    "InvestorRollChangeRow",
    "InvestorRollCountRow",
    "InvestorRollEntryRow",
    "InvestorRollRow",
    "MandateRow",
    "MatchShareRow",
    "MatchedPaymentRow",
    "MatchingProgressRow",
    "NotifiedDetailRow",
    "NotifiedEntryRow",
    "PayerRow",
    "PaymentFileRow",
    "PaymentRulingRow",
    "PledgeImportLineRow",
    "PledgeImportRow",
    "PledgeRow",
    "PledgeSignatureRow",
    "ReceiptCounterRow",
    "ReceiptIssuerRow",
    "RefundRow",
    "RepaymentReferenceRow",
    "ReminderPolicyRow",
    "ReminderRow",
    "StatementRow",
    "SurveyCountRow",
    "SurveyResponseRow",
    "SurveyRestitutionRow",
    "SurveyTextRow",
    "Table",
    "TaxReceiptRow",
]
