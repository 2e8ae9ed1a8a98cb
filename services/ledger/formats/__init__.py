"""The books as files: for the tax office's format, for an accountant's table, for Beancount."""
