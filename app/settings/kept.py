"""What is kept in files that only their owner may read: `.env`, and what is made at the first start."""

import hashlib
import hmac
import os
import re
import secrets
import tempfile
from pathlib import Path

from app.settings.model import Settings


def private_file(path: Path, content: str) -> str:
    """What stands in the file; the first caller writes `content`, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent)  # 0600 from the first byte
    try:
        with os.fdopen(handle, "w") as file:
            file.write(content + "\n")
        os.link(draft, path)
    except FileExistsError:
        return path.read_text().strip()
    finally:
        Path(draft).unlink()
    return content


def flower_password(settings: Settings) -> str:
    """The chosen password, else one made at the first start and kept in data_dir/flower.password."""
    if settings.flower.password:
        return settings.flower.password
    return private_file(settings.data_dir / "flower.password", secrets.token_urlsafe(16))


def store_secret(key: bytes, connection: str) -> str:
    """A callback secret nobody has to invent: hex, the same in every process, gone with the key."""
    return hmac.new(key, b"webhook:" + connection.encode("utf-8"), hashlib.sha256).hexdigest()


def zoho_secret(key: bytes, connection: str) -> str:
    """The same for Zoho's callbacks, as long as Zoho takes (50 letters and digits)."""
    return hmac.new(key, b"zoho webhook:" + connection.encode("utf-8"), hashlib.sha256).hexdigest()[:48]


def dotenv(path: Path) -> dict[str, str]:
    """The NAME=VALUE lines of the file, quotes taken off; nothing when there is no file."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    found = (re.fullmatch(r"\s*(?:export\s+)?(\w+)\s*=\s*(.*?)\s*", line) for line in lines)
    return {one[1]: re.sub(r"""^(["'])(.*)\1$""", r"\2", one[2]) for one in found if one}
