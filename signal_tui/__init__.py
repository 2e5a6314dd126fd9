"""signal-tui: an event debugger for the terminal."""

__version__ = "0.1.0"
