"""agent-trace: the flight recorder for AI coding agents."""

__version__ = "0.1.0"
