"""Writers of what leaves: the mail (RFC 5322, MIME) and the transfer's QR code (EPC069-12)."""
