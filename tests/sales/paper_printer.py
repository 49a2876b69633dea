"""A receipt printer for tests: listens on a real socket, answers as one does, and keeps what it read."""

import socket
import threading
from typing import Self

FINE = {b"\x10\x04\x01": b"\x12", b"\x10\x04\x04": b"\x12"}
COVER_OPEN = FINE | {b"\x10\x04\x01": b"\x1a"}
NO_PAPER = COVER_OPEN | {b"\x10\x04\x04": b"\x72"}
MUTE: dict[bytes, bytes] = {}


class PaperPrinter:
    """answers: status question → answer byte. hangs: takes the connection and never reads."""

    def __init__(self, answers: dict[bytes, bytes] = FINE, *, hangs: bool = False) -> None:
        self.answers, self.hangs, self.read, self.jobs = answers, hangs, b"", []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stopped.set()
        # A last connection, so that the waiting `accept` sees that it should stop.
        socket.create_connection(("127.0.0.1", self.port)).close()
        self.thread.join(5)
        self.listener.close()

    def _serve(self) -> None:
        while True:
            line, _address = self.listener.accept()
            if self.stopped.is_set():
                line.close()
                return
            with line:
                if self.hangs:
                    self.stopped.wait(30)
                else:
                    self._read(line)

    def _read(self, line: socket.socket) -> None:
        job = b""
        while got := line.recv(4096):
            for question, answer in self.answers.items():
                if got == question:
                    line.sendall(answer)
                    got = b""
            job += got
        self.jobs.append(job)

    def printed(self) -> bytes:
        """Return what came in the last connection, once it is closed."""
        for _ in range(200):
            if self.jobs:
                return self.jobs.pop()
            threading.Event().wait(0.01)
        raise AssertionError("nothing was printed")
