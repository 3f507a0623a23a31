"""What agents may do and what their commands would do: pure, over texts and events."""
