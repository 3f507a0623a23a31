"""Blocks, the few shapes every report is drawn in, and their text, HTML, Markdown and CSV forms."""
