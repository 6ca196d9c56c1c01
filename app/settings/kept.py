"""What is made once on a machine and kept in the data directory, readable by its owner alone."""

import os
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
