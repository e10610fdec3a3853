from datetime import datetime, timezone


def now() -> str:
    return datetime.now(timezone.utc).isoformat()


def count_words(text: str) -> int:
    return len(text.split())


TOOLS = {"now": now, "count_words": count_words}
