"""`python -m agent_trace` is the same as `agent-trace`."""

from agent_trace.cli.main import main

if __name__ == "__main__":
    main()
