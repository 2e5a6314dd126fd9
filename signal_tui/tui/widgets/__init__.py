"""The panes, drawn line by line: only what is visible costs time."""
