"""A private MariaDB: own data folder, own socket, gone when it ends.

`python -m tests.mariadb -- COMMAND` runs COMMAND with `MYSQL_*` set to it, for tests and benchmarks alike.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

NEEDED = ("mariadbd", "mariadb-install-db", "my_print_defaults", "mariadb")
START_TIMEOUT_SECONDS = 60
PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/bin"])
DATABASE = "inventori"


def missing_programs() -> list[str]:
    """Name what this machine lacks to run a MariaDB."""
    return [name for name in NEEDED if not shutil.which(name, path=PATH)]


@contextmanager
def private_mariadb() -> Iterator[dict[str, str]]:
    """Start a server and yield the environment that points at it; stop it and drop its data at the end."""
    # A short path: a socket's name may hold about 100 letters.
    folder = Path(tempfile.mkdtemp(prefix="inventori-db-"))
    server = None
    try:
        install(folder)
        port = free_port()
        server = start(folder, port)
        make_database(folder)
        yield {
            "MYSQL_HOST": "127.0.0.1",
            "MYSQL_PORT": str(port),
            "MYSQL_SOCKET": str(folder / "socket"),
            "MYSQL_DB": DATABASE,
            "MYSQL_USER": "inventori",
            "MYSQL_PASSWORD": "inventori",
        }
    finally:
        if server and server.poll() is not None:
            log = (folder / "server.log").read_text(errors="replace")
            print(f"MariaDB ended by itself with code {server.returncode}:\n{log[-6000:]}", file=sys.stderr)
        elif server:
            server.terminate()
            server.wait(timeout=START_TIMEOUT_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


def install(folder: Path) -> None:
    command = ["mariadb-install-db", "--no-defaults", f"--datadir={folder / 'data'}", f"--user={me()}"]
    # The time-zone tables stay empty on purpose: nothing here may lean on them.
    command += ["--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"]
    with (folder / "install.log").open("wb") as log:
        done = subprocess.run(command, env=environment(), stdout=log, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise SystemExit(f"MariaDB could not be set up:\n{(folder / 'install.log').read_text()}")


def start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    command = [
        str(shutil.which("mariadbd", path=PATH)),
        "--no-defaults",
        f"--user={me()}",
        f"--datadir={folder / 'data'}",
        f"--socket={folder / 'socket'}",
        f"--port={port}",
        f"--pid-file={folder / 'pid'}",
        # A server clears its folder of temporary tables as it starts: a shared one would lose another server's.
        f"--tmpdir={folder / 'tmp'}",
        "--bind-address=127.0.0.1",
        "--skip-name-resolve",
        "--character-set-server=utf8mb4",
        "--collation-server=utf8mb4_unicode_ci",
        "--sql-mode=TRADITIONAL",
        "--transaction-isolation=READ-COMMITTED",
        "--innodb-flush-log-at-trx-commit=1",
        "--innodb-buffer-pool-size=256M",
        "--innodb-log-file-size=128M",
        "--max-connections=300",
    ]
    (folder / "tmp").mkdir(exist_ok=True)
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment(), stdout=log, stderr=subprocess.STDOUT)
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while not answers(folder):
        if server.poll() is not None or time.monotonic() > deadline:
            server.kill()
            raise SystemExit(f"MariaDB did not start:\n{(folder / 'server.log').read_text()}")
        time.sleep(0.1)
    return server


def answers(folder: Path) -> bool:
    return (folder / "socket").exists() and sql(folder, "SELECT 1", check=False) == 0


def make_database(folder: Path) -> None:
    # All rights, because a test run makes a database of its own for each of its processes.
    sql(
        folder,
        f"CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;"
        "CREATE USER inventori@'127.0.0.1' IDENTIFIED BY 'inventori';"
        "CREATE USER inventori@localhost IDENTIFIED BY 'inventori';"
        "GRANT ALL PRIVILEGES ON *.* TO inventori@'127.0.0.1';"
        "GRANT ALL PRIVILEGES ON *.* TO inventori@localhost;",
    )


def sql(folder: Path, statements: str, *, check: bool = True) -> int:
    command = [
        "mariadb",
        "--no-defaults",
        "--host=localhost",
        f"--socket={folder / 'socket'}",
        "--user=root",
        "-e",
        statements,
    ]
    quiet = None if check else subprocess.DEVNULL
    return subprocess.run(command, env=environment(), stdout=quiet, stderr=quiet, check=check).returncode


def environment() -> dict[str, str]:
    return os.environ | {"PATH": PATH}


def me() -> str:
    return pwd.getpwuid(os.getuid()).pw_name


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(arguments: Sequence[str]) -> int:
    command = list(arguments[1:] if arguments[:1] == ["--"] else arguments)
    if not command:
        print("usage: python -m tests.mariadb -- COMMAND …", file=sys.stderr)
        return 2
    if missing := missing_programs():
        print(f"MariaDB is not installed here: {', '.join(missing)} not found.", file=sys.stderr)
        return 3
    with private_mariadb() as settings:
        process = subprocess.Popen(command, env=os.environ | settings)
        # The command ends first, in its own way; the server after it.
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        code = process.wait()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
