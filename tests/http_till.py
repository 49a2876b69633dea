"""A till that speaks real HTTP as the page's script does: one kept connection, one session, the page's CSRF token."""

import http.client
import re
import time
from urllib.parse import urlencode

# Gunicorn closes a connection that was quiet for two seconds; a browser notices, and so does this.
QUIET_SECONDS = 1.5
FORM = {"Content-Type": "application/x-www-form-urlencoded", "X-Till": "1"}


class NoAnswerError(Exception):
    """The request may have arrived, or not: only its key tells."""


class RefusedError(Exception):
    """The server answered with something else than what was asked for."""


class HttpTill:
    """One till, signed in by the cookie of `session`."""

    def __init__(self, port: int, session: str, *, timeout: float = 30) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        self._cookies = {"sessionid": session}
        self._token = ""
        self._used_at = 0.0

    def open(self) -> str:
        """Open the till's page and return the key of its basket."""
        page = self.get("/pos/")
        self._token = _only(r'name="csrf-token" content="([^"]+)"', page)
        return _only(r'data-key="([^"]+)"', page)

    def add(self, key: str, code: str, **more: str) -> str:
        """Scan `code` and return the parts that the page then shows."""
        return self.post("/pos/add-item/", {"key": key, "code": code, **more})[0]

    def pay(self, key: str, total: str) -> str:
        """Pay the exact amount in cash and return the address of the finished sale."""
        form = {"key": key, "tendered": total.removesuffix(".00"), "expected_total": total}
        body, address = self.post("/pos/pay/", form)
        if not address:
            raise RefusedError(body)
        return address

    def get(self, path: str) -> str:
        return self._ask("GET", path, None, {})[0]

    def post(self, path: str, form: dict[str, str]) -> tuple[str, str]:
        """Return the body of the answer, and where the page goes on from here."""
        return self._ask("POST", path, urlencode(form), FORM | {"X-CSRFToken": self._token})

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[str, str]:
        if time.monotonic() - self._used_at > QUIET_SECONDS:
            self.close()
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        try:
            self._connection.request(method, path, body, headers | {"Cookie": cookie})
            answer = self._connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise NoAnswerError(f"{method} {path}: {error!r}") from error
        self._used_at = time.monotonic()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = line.partition("=")
            self._cookies[name] = rest.partition(";")[0]
        if answer.status not in (200, 204):
            raise RefusedError(f"{method} {path}: {answer.status} {answer.headers.get('Location', '')} {text[:2000]}")
        return text, answer.headers.get("X-Till-Go", "")


def total_shown(parts: str) -> str:
    """Return the total in the till's parts, as its script sends it back when it pays."""
    return _only(r'name="expected_total" value="([^"]+)"', parts)


def units_shown(parts: str) -> str:
    return _only(r'data-units="([^"]+)"', parts)


def _only(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise RefusedError(f"no {pattern} in: {text[:2000]}")
    return found[1]
