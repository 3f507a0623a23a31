"""What `make` runs: environments, the whole check, generated pages."""
