"""Where the benchmarks keep what they make. All of it may be deleted; nothing of it is committed."""

import os
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
BENCHMARKS = CHECKOUT / "benchmarks"
VAR = Path(os.environ.get("BENCHMARKS_VAR", BENCHMARKS / "var"))
RESULTS = BENCHMARKS / "results"
LOGS = VAR / "logs"
PYTHON = Path(sys.executable)


def log_file(name: str) -> Path:
    LOGS.mkdir(parents=True, exist_ok=True)
    return LOGS / f"{name}.log"
