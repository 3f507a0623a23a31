"""Measures the budgets of docs/architecture.md as ratios in one alternating run."""
