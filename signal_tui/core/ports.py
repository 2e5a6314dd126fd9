"""Numbers of local ports."""

SANDBOX_PORT = 8787
"""Where the sandbox listens, or the next free one."""
