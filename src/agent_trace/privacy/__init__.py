"""What is kept and what leaves: secrets and personal data that are masked, and tiers of what was said and done."""
