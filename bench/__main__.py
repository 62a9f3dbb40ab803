"""``python -m bench [NAME …]``: runs the measurements, prints one JSON line a goal.

Exit status 1 when a goal is missed. Each name is a module here with ``measure()``.
"""

from __future__ import annotations

import importlib
import json
import sys
from dataclasses import asdict

MEASUREMENTS = ("ingest", "engine", "store", "neo4j", "cases")


def main() -> int:
    """Runs the measurements that were named, or all."""
    missed = 0
    for name in sys.argv[1:] or MEASUREMENTS:
        for goal in importlib.import_module(f"bench.{name}").measure():
            missed += not goal.met
            print(json.dumps({"bench": name, **asdict(goal), "met": goal.met}), flush=True)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
