"""Dated list prices of models, and what a call cost."""
