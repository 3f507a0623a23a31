"""What agent-trace keeps: an index in SQLite that can be rebuilt at any time, and an archive of raw records."""
