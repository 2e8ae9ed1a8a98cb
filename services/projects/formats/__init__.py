"""Identifiers of the norms, read from what people type: SIREN, SIRET, RNA, IBAN."""
