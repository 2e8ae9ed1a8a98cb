"""Locks a PDF: it may be read, copied and printed, not changed (AES-256, ISO 32000-2, security handler revision 6)."""

import io
import secrets

from pypdf import PdfWriter
from pypdf.constants import UserAccessPermissions

MAY = UserAccessPermissions.all() & ~(
    UserAccessPermissions.MODIFY
    | UserAccessPermissions.ADD_OR_MODIFY
    | UserAccessPermissions.FILL_FORM_FIELDS
    | UserAccessPermissions.ASSEMBLE_DOC
)
"""Printing, and copying: reading aloud takes that."""


def locked(content: bytes) -> bytes:
    """The file under an owner's password that nobody keeps, and without one for reading."""
    writer = PdfWriter(clone_from=io.BytesIO(content))
    writer.pdf_header = "%PDF-2.0"  # the norm that has revision 6
    writer.encrypt(
        user_password="", owner_password=secrets.token_hex(32), permissions_flag=MAY, algorithm="AES-256"
    )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
