"""The table of decisions on instruments."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint
from sqlmodel import Field

from services.pledges.tables.columns import Table, moment_column, text_column


class InstrumentAuthorisationRow(Table, table=True):
    """A decision of a treasurer on an instrument, for the whole country; the newest one holds, all are kept."""

    __tablename__ = "instrument_authorisations"
    __table_args__ = (
        PrimaryKeyConstraint("authorisation_id", name="pk_instrument_authorisations"),
        Index("ix_instrument_authorisations__instrument_decided_at", "instrument", "decided_at"),
    )

    authorisation_id: UUID
    instrument: str = Field(sa_column=text_column())
    is_authorised: bool
    ground: str = Field(sa_column=text_column())
    decided_by: UUID
    decided_at: datetime = Field(sa_column=moment_column())
