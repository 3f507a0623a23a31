"""The real agents are played on request alone: they must be installed, and take minutes."""

from __future__ import annotations

import os

collect_ignore = [] if os.environ.get("AGENT_TRACE_LIVE") else ["test_agents.py", "test_following.py"]
