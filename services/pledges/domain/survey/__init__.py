"""The savers' survey: questionnaires as data, the way through one, and what of its answers may be shown."""
