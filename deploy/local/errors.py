"""What the person who runs the platform can act on."""


class PlatformError(Exception):
    """Its message is shown as it is, in French: what happened, to what, and what to do."""
