"""Where a form leads back to: a path of this site, never another one."""

import re

MY_SPACE = "/moi"

_LOCAL_PATH = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,500}")
"""One slash, then printable ASCII without backslash: browsers read `//` and `/\\` as another site."""


def local_path(text: str, *, otherwise: str = MY_SPACE) -> str:
    """The text when it is a path of this site, else `otherwise`."""
    return text if _LOCAL_PATH.fullmatch(text) else otherwise
