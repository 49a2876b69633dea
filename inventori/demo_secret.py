import secrets
from pathlib import Path


def demo_secret_key(data_dir: Path) -> str:
    """Return the demo shop's own random secret, made once and kept in its data folder."""
    path = data_dir / "secret.key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()
