"""Payment files: made once, kept byte for byte, handed to treasurers, and who took them is written down."""

from uuid import UUID

from fastapi.responses import Response

from services.pledges.repository.payment_files import PaymentFile, add_download, payment_file
from shared.database import Work


class XmlFile(Response):
    """A file to keep, for one person."""

    media_type = "application/xml"

    @classmethod
    def of(cls, file: PaymentFile) -> "XmlFile":
        return cls(
            file.content,
            headers={
                "Content-Disposition": f'attachment; filename="{file.message_id}.xml"',
                "Cache-Control": "no-store",
            },
        )


async def taken_file(work: Work, file_id: UUID, *, by: UUID) -> PaymentFile:
    """A file that was made, as it was made; the taking is written down."""
    file = await payment_file(work, file_id)
    assert file is not None, "files are never removed"
    await add_download(work, file_id, by=by)
    return file
