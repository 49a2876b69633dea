"""A proxy between a till and its server that, when told to, keeps an answer to itself and hangs up."""

import http.client
import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# Closing with this option sends a reset, as a cut cable's router would.
RESET = struct.pack("ii", 1, 0)


class CuttingProxy(socketserver.ThreadingTCPServer):
    """`cut_next` drops the next answer, after the server has given it whole: what it did is committed."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, server_port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Relay)
        self.server_port = server_port
        self.cut_next = False
        self.cuts = 0

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Relay(socketserver.StreamRequestHandler):
    server: CuttingProxy

    def handle(self) -> None:
        with socket.create_connection(("127.0.0.1", self.server.server_port)) as upstream:
            while request := self._request():
                upstream.sendall(request)
                answer = http.client.HTTPResponse(upstream)
                answer.begin()
                body = answer.read()
                if self.server.cut_next:
                    self.server.cut_next = False
                    self.server.cuts += 1
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                    return
                self.wfile.write(_written(answer, body))
                if answer.will_close:
                    return

    def _request(self) -> bytes:
        """Read one request, or nothing where the till has hung up."""
        lines = []
        while (line := self.rfile.readline()) not in (b"\r\n", b""):
            lines.append(line)
        if not lines:
            return b""
        lengths = [line.partition(b":")[2] for line in lines if line.lower().startswith(b"content-length:")]
        return b"".join(lines) + b"\r\n" + self.rfile.read(int(lengths[0]) if lengths else 0)


def _written(answer: Any, body: bytes) -> bytes:
    lines = [f"HTTP/1.1 {answer.status} {answer.reason}"]
    lines += [f"{name}: {value}" for name, value in answer.getheaders() if name.lower() != "transfer-encoding"]
    if not answer.getheader("Content-Length") and answer.status != 204:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


@contextmanager
def cutting_proxy(server_port: int) -> Iterator[CuttingProxy]:
    with CuttingProxy(server_port) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            thread.join()
