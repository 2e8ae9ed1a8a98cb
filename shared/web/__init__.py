"""What every page of Milliard shares: layout, form and content macros, style sheet, errors, security headers.

A service builds its pages from `templates_for`, raises `UserError` where a person must be told
something, and calls `install_errors` and `install_security` once in its composition root.
"""
