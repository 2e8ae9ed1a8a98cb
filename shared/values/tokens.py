"""What the signers and the verifiers of tokens agree on. Plain values: commands start without a web framework."""

ISSUER = "milliard-members"
OPERATOR_ISSUER = "milliard-local-key"
AUDIENCE = "milliard"

LOCAL_TOKEN_SECONDS = 60
"""A command signs one token for each request; it need not outlive it."""
