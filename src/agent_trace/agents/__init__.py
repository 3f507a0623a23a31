"""One member per coding agent: what its logs are and how they read."""
