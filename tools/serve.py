"""Open the shop: bring the database up to date, then keep the web server, the worker and the clock running together."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tools.healthy import HOST, PORT, healthy

ROOT = Path(__file__).resolve().parent.parent
START_TIMEOUT_SECONDS = 60
STOP_TIMEOUT_SECONDS = 30


class Stopped(Exception):
    """Somebody asked the shop to close."""


def port_is_taken() -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, PORT))
        except OSError:
            return True
    return False


def open_shop() -> str:
    """Do what must be done before the first page and return the demo logins, if any.

    One process does it all, because Django takes a second to load.
    """
    done = subprocess.run([sys.executable, "-m", "tools.open_shop"], cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return done.stdout.decode()


def start(*command: str) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches only this process, which then stops both in order.
    return subprocess.Popen([sys.executable, *command], cwd=ROOT, start_new_session=True)


def dead(parts: dict[str, subprocess.Popen[bytes]]) -> str:
    """Name the part that has ended by itself, if any."""
    return next((name for name, process in parts.items() if process.poll() is not None), "")


def wait_until_ready(parts: dict[str, subprocess.Popen[bytes]]) -> str:
    """Return "" once the shop answers, else a sentence that says why it does not."""
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        if name := dead(parts):
            return f"The {name} stopped while starting; its messages stand above."
        if healthy():
            return ""
        time.sleep(0.1)
    return f"The shop did not answer within {START_TIMEOUT_SECONDS} seconds."


def watch(parts: dict[str, subprocess.Popen[bytes]]) -> str:
    while not (name := dead(parts)):
        time.sleep(0.5)
    return f"The {name} stopped with code {parts[name].returncode}, so the shop closes."


def stop_all(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_TIMEOUT_SECONDS
    for process in processes:
        try:
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()


def greet(logins: str) -> None:
    host = "localhost" if HOST in ("127.0.0.1", "0.0.0.0") else HOST
    print(f"\nInventori is open at http://{host}:{PORT}/\n{logins}Ctrl-C closes it.", flush=True)


def on_signal(*_: object) -> None:
    raise Stopped


def main() -> int:
    if port_is_taken():
        print(f"Port {PORT} is already in use. Choose another, for example: PORT={PORT + 1} ./run", file=sys.stderr)
        return 1
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    parts: dict[str, subprocess.Popen[bytes]] = {}
    try:
        logins = open_shop()
        parts["web server"] = start("-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "inventori.wsgi")
        parts["worker"] = start("manage.py", "db_worker")
        parts["clock"] = start("manage.py", "run_due", "--forever")
        trouble = wait_until_ready(parts)
        if not trouble:
            greet(logins)
            trouble = watch(parts)
        print(trouble, file=sys.stderr)
    except Stopped:
        return 0
    except subprocess.CalledProcessError:
        print("The shop could not be opened; the reason stands above.", file=sys.stderr)
    finally:
        stop_all(list(parts.values()))
    return 1


if __name__ == "__main__":
    sys.exit(main())
