"""The vocabulary of agent-trace: frozen values, no input or output, no clock."""
