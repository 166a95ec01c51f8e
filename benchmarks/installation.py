"""A Seconder of its own on the benchmarks' PostgreSQL: settings, processes, and a driver that speaks its
Python face. Workers are started exactly as an operator starts them."""

import contextlib
import json
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from benchmarks import cluster, model
from benchmarks.places import CHECKOUT, PYTHON, VAR
from benchmarks.processes import Process, free_port, until

SECRET = "for benchmarks only, protects nothing at all"
RESPONSE_WORD = "answer "
KEPT = 3600  # seconds that the data folder of a measurement is kept


class Installation:
    """`name` is its database's and its data folder's; `settings` are further SECONDER_ variables."""

    def __init__(self, name: str, **settings: str):
        self.database = f"bench_{name}"
        self.name = name
        self.folder = VAR / name
        self.settings = settings

    @property
    def environment(self) -> dict[str, str]:
        given = {
            "DATABASE_URL": cluster.url(self.database),
            "DATA_DIR": str(self.folder),
            "SECRET_KEY": SECRET,
            "MODEL": "openai:stub",
            "MODEL_BASE_URL": f"{model.base_url()}/v1",
            "MODEL_API_KEY": "none",
            "LOG_FORMAT": "json",
            **self.settings,
        }
        return {f"SECONDER_{name}": value for name, value in given.items()}

    @property
    def outbox(self) -> dict[str, str]:
        """The messages in the folder outbox, by file name."""
        folder = self.folder / "outbox"
        return {path.name: path.read_text() for path in folder.glob("*.eml")} if folder.exists() else {}

    def create(self) -> None:
        """An empty database with our tables, and an empty data folder."""
        cluster.fresh(self.database)
        self.folder = fresh_folder(self.name)
        self.command("migrate")

    def command(self, *words: str, expect: int = 0) -> str:
        """What `seconder …` prints; another exit code than expected is an error."""
        made = self.process("command", *words)
        code = made.popen.wait(120)
        made.reader.join()
        output = "\n".join(made.lines)
        if code != expect:
            raise subprocess.CalledProcessError(code, words, output)
        return output

    def process(self, log: str, *words: str) -> Process:
        command = [PYTHON, "-m", "seconder", *words]
        return Process(f"{self.database}-{log}", command, self.environment)

    def worker(self) -> Process:
        return self.process("worker", "worker")

    def driver(self) -> "Driver":
        command = [PYTHON, "-m", "benchmarks.driver"]
        return Driver(Process(f"{self.database}-driver", command, self.environment, talks=True))

    @contextlib.contextmanager
    def web(self) -> Iterator["Web"]:
        """The web process on a free port, for as long as the block runs."""
        port = free_port()
        process = self.process("web", "web", "--port", str(port))
        web = Web(process, f"http://127.0.0.1:{port}")
        try:
            until(web.answers, "the web process", seconds=60, every=0.1)
            yield web
        finally:
            process.stop()


def fresh_folder(name: str) -> Path:
    """A folder of its own each time. What was there before is left until it is old: for minutes after many files were
    deleted, ext4 looks through them all for each file that is made nearby, and that would be measured."""
    VAR.mkdir(parents=True, exist_ok=True)
    for old in VAR.glob("data-*"):
        if old.stat().st_mtime < time.time() - KEPT:
            shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"data-{name}-", dir=VAR))


class Web:
    def __init__(self, process: Process, url: str):
        self.process = process
        self.url = url

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


class Driver:
    """A process of ours that starts and decides runs through the Python face, as an application would."""

    def __init__(self, process: Process):
        self.process = process
        self.mark = process.said(RESPONSE_WORD) + 1

    def ask(self, what: str, **given: object) -> dict:
        """Have it do one thing, and wait until it is done."""
        self.process.tell(json.dumps({"do": what, **given}))
        line = self.process.said(RESPONSE_WORD, after=self.mark, seconds=600)
        self.mark = line + 1
        return json.loads(self.process.lines[line].partition(RESPONSE_WORD)[2])

    def stop(self) -> None:
        self.process.stop()


def agent(name: str) -> str:
    """The text of one of the agents in `benchmarks/agents/`."""
    return (CHECKOUT / "benchmarks" / "agents" / f"{name}.yaml").read_text()
