"""What is kept and what leaves: secrets and personal data that are masked, and tiers of what was said and done."""

RULES_VERSION = 2
"""Rises with every change of what the built-in rules mask: what is stored is then masked again."""
