"""The composition root: opens the store, chooses sessions, gathers facts, runs a report."""
