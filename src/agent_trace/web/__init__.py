"""The server: every report and the dashboard over HTTP, for the person of this machine alone."""
