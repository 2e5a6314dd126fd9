"""The program without a screen: profiles, secrets, mapping, sending, verifying.

Knows :mod:`signal_tui.api` and no vendor by name; Textual is not imported here. Screens and commands talk to one
object, :class:`signal_tui.core.workbench.Workbench`.
"""
