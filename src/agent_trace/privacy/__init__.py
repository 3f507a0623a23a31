"""What may be kept and what may leave: tiers of events, and secrets that are masked."""
