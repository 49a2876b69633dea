"""A shop with a database of its own, served by real processes: gunicorn as `./run` starts it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from tests.http_till import HttpTill, NoAnswerError, RefusedError
from tests.mariadb import free_port

ROOT = Path(__file__).resolve().parent.parent
START_TIMEOUT_SECONDS = 60
TICKS = os.sysconf("SC_CLK_TCK")


class ServedShop:
    """A shop in `folder`, on SQLite unless `mysql` names a database."""

    def __init__(self, folder: Path, mysql: Mapping[str, str] | None = None, **settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.mysql = dict(mysql or {})
        plain = {name: value for name, value in os.environ.items() if not name.startswith("MYSQL_")}
        self.environment = plain | {"INVENTORI_DATA": str(folder), "INVENTORI_DEMO": "1"}
        self.environment |= {"DJANGO_SETTINGS_MODULE": "inventori.settings", "DJANGO_SECRET_KEY": ""}
        self.environment |= {"HOST": "127.0.0.1", "PORT": str(self.port), **self.mysql, **settings}
        self._server: subprocess.Popen[bytes] | None = None

    def run(self, *arguments: str) -> str:
        """Run `python ARGUMENTS` in this shop to its end and return what it prints."""
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)[:200]} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def start(self) -> "ServedShop":
        with (self.folder / "server.log").open("ab") as log:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "inventori.wsgi"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                # A group of its own, so that one signal can end master and workers together.
                start_new_session=True,
            )
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while not self._answers():
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.folder / "server.log").read_text())
            time.sleep(0.02)
        return self

    def stop(self) -> None:
        if self._server and self._server.poll() is None:
            self._server.terminate()
            self._server.wait(timeout=START_TIMEOUT_SECONDS)

    def kill_workers(self) -> None:
        """Kill every worker without warning; the master replaces them."""
        for pid in self._workers():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def kill(self) -> None:
        """Kill master and workers without warning, as a power cut would."""
        assert self._server is not None
        os.killpg(self._server.pid, signal.SIGKILL)
        self._server.wait()

    def cpu_seconds(self) -> float:
        """Return the processor time of master and workers so far, of those that have ended too."""
        assert self._server is not None
        return cpu_seconds(self._server.pid, with_children=True) + sum(cpu_seconds(pid) for pid in self._workers())

    def _workers(self) -> list[int]:
        assert self._server is not None
        return [
            int(pid) for pid in Path(f"/proc/{self._server.pid}/task/{self._server.pid}/children").read_text().split()
        ]

    def _answers(self) -> bool:
        try:
            return HttpTill(self.port, "", timeout=5).get("/healthz").startswith("ok")
        except (NoAnswerError, RefusedError):
            return False


def cpu_seconds(pid: int, *, with_children: bool = False) -> float:
    """Return user and system time of a process, with that of its ended children if wanted."""
    # The name in brackets may hold blanks; what follows it may not.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11 : 15 if with_children else 13]) / TICKS
