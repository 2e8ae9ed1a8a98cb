"""What SEPA has banks write where there is nothing to say, whatever the format of the statement."""

RETURNED_WITHOUT_REASON = "MS03"
"""ISO 20022 code for "reason not specified by the agent"."""


def provided(text: str | None) -> str | None:
    """A reference of the payer's, None where the bank says that there was none."""
    return None if text is None or text.upper() == "NOTPROVIDED" else text
