"""One file per command: `arguments` and `run`."""
