# Read by the scripts beside it, with $root set: makes .venv when it is missing or a lock has changed.

find_python() {
    for python in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
        if "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            return 0
        fi
    done
    found=$(python3 --version 2>/dev/null || echo "no Python 3")
    echo "seconder: Python 3.11 or newer with venv is needed, and there is $found; install python3 and python3-venv." >&2
    exit 1
}

prepare() {
    for lock in "$@"; do
        if ! cmp -s "$root/$lock" "$root/.venv/.$lock.installed" || [ -e "$root/.venv/.unfinished" ]; then
            find_python
            "$python" "$root/bin/prepare.py" "$@" || exit 1
            break
        fi
    done
    PYTHONPATH="$root${PYTHONPATH:+:$PYTHONPATH}"
    export PYTHONPATH
}
