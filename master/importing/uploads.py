"""Uploaded files between dry run and apply: kept per person under a random token, for a day at most."""

import contextlib
import json
import re
import secrets
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from inventori.errors import DomainError

KEPT_SECONDS = 24 * 60 * 60
_TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Upload:
    """One file that waits for its owner to apply it."""

    token: str
    kind: str
    file_name: str
    notation: str
    create_missing: bool


def _folder(by: User, token: str) -> Path:
    if not _TOKEN.fullmatch(token):
        raise gone()
    return Path(settings.DATA_DIR) / "uploads" / str(by.pk) / token


def gone() -> DomainError:
    return DomainError(_("This upload is no longer here. Upload the file again."), code="upload_gone")


def keep(*, content: bytes, kind: str, file_name: str, notation: str, create_missing: bool, by: User) -> Upload:
    """Keep an uploaded file; what was left for more than a day is thrown away on the way."""
    clear_old()
    upload = Upload(secrets.token_hex(16), kind, file_name[-200:], notation, create_missing)
    folder = _folder(by, upload.token)
    folder.mkdir(parents=True, mode=0o700)
    (folder / "file").write_bytes(content)
    write_note(upload, by, "upload", asdict(upload))
    return upload


def find(*, token: str, by: User) -> Upload:
    """Return the upload `token` of this person. Raises DomainError when there is none."""
    return Upload(**read_note(token, by, "upload"))


def content_of(upload: Upload, by: User) -> bytes:
    return (_folder(by, upload.token) / "file").read_bytes()


def write_note(upload: Upload, by: User, name: str, value: dict[str, Any]) -> None:
    (_folder(by, upload.token) / f"{name}.json").write_text(json.dumps(value), encoding="utf-8")


def read_note(token: str, by: User, name: str) -> dict[str, Any]:
    """Return what was noted beside an upload. Raises DomainError when it is gone."""
    try:
        found: dict[str, Any] = json.loads((_folder(by, token) / f"{name}.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise gone() from error
    return found


def drop(*, token: str, by: User) -> None:
    shutil.rmtree(_folder(by, token), ignore_errors=True)


def clear_old() -> None:
    """Throw away uploads that nobody applied within a day."""
    limit = time.time() - KEPT_SECONDS
    for folder in (Path(settings.DATA_DIR) / "uploads").glob("*/*"):
        # Another process may be clearing at the same time.
        with contextlib.suppress(FileNotFoundError):
            if folder.stat().st_mtime < limit:
                shutil.rmtree(folder, ignore_errors=True)
