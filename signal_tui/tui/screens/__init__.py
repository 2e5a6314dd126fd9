"""What fills the terminal: the debugger, and what opens over it."""
