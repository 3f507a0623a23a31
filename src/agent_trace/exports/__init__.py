"""One member per format that a session can leave agent-trace in."""
