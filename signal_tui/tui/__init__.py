"""The screen, and the only place that imports Textual. It draws what the core knows and decides nothing.

``app`` starts it; ``screens`` are what fills the terminal, ``widgets`` the panes in them; ``arrangement`` says which
pane stands where; ``actions`` is the one table of what can be done, from which keys, footer, palette and help are
made; ``bridge`` runs the core in threads and posts messages. Text from outside passes ``core.text.shown`` before it
is drawn, and is never read as markup.
"""

import os

# Textual paints at most this often in a second, and the payload is one paint behind the key that changed it.
os.environ.setdefault("TEXTUAL_FPS", "120")
