"""The screen, and the only place that imports Textual. It draws what the core knows and decides nothing.

``app`` starts it; ``screens`` are what fills the terminal, ``widgets`` the panes in them; ``arrangement`` says which
pane stands where; ``actions`` is the one table of what can be done, from which keys, footer, palette and help are
made; ``bridge`` runs the core in threads and posts messages. Text from outside passes :func:`signal_tui.core.text.shown`
before it is drawn, and is never read as markup.
"""
