"""What should not lie in a deployed folder."""

from pathlib import Path

UNWANTED = ["*.pyc", "*.log", "*.tmp", "*.bak"]


def scan(folder: Path) -> dict[str, int]:
    return {pattern: sum(1 for _ in folder.rglob(pattern)) for pattern in UNWANTED}
