"""Makes `.venv` and installs the locked packages. Run by the scripts beside it with the machine's Python.

usage: prepare.py LOCK…

A mark for each lock, a copy of it, is written last: what an interruption leaves has no mark and is made anew.
"""

import fcntl
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UNFINISHED = VENV / ".unfinished"


def main(locks):
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "prepare.lock").open("w") as gate:
        fcntl.flock(
            gate, fcntl.LOCK_EX
        )  # Two first starts at once: the second waits and then finds all done.
        missing = [lock for lock in locks if not is_installed(lock)]
        if not missing:
            return
        if UNFINISHED.exists() or not works():
            sys.stderr.write("seconder: making .venv\n")
            venv.create(VENV, clear=VENV.exists(), with_pip=True)
        UNFINISHED.touch()
        for lock in missing:
            install(lock)
        UNFINISHED.unlink()


def is_installed(lock):
    mark = VENV / f".{lock}.installed"
    return mark.exists() and mark.read_bytes() == (ROOT / lock).read_bytes()


def works():
    if not PYTHON.exists():
        return False
    words = [PYTHON, "-c", "import pip, sys; sys.exit(sys.version_info < (3, 11))"]
    return subprocess.run(words, capture_output=True).returncode == 0  # noqa: S603  our own words


def install(lock):
    sys.stderr.write(f"seconder: installing {lock}\n")
    words = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",  # the lock is whole; an older pip would look for newer versions of what is asked with extras
        "--require-hashes",
        "-r",
        ROOT / lock,
    ]
    if subprocess.run([PYTHON, *words]).returncode:  # noqa: S603  our own words
        sys.exit(f"seconder: the packages of {lock} could not be installed; the lines above say why.")
    draft = VENV / f".{lock}.draft"
    shutil.copyfile(ROOT / lock, draft)
    draft.replace(VENV / f".{lock}.installed")


if __name__ == "__main__":
    main(sys.argv[1:])
