"""Bringing the index up to date with the logs, incrementally; one bad file never stops the rest."""
