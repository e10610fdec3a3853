"""Questions and answers in PostgreSQL; the agent goes on without it."""

import logging
import os

import psycopg

log = logging.getLogger("history")


def remember(question: str, answer: str) -> bool:
    url = os.environ.get("DATABASE_URL")
    if not url:
        return False
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            connection.execute("create table if not exists history (question text, answer text, at timestamptz default now())")
            connection.execute("insert into history (question, answer) values (%s, %s)", (question, answer))
        return True
    except psycopg.Error as error:
        log.warning("not remembered: %s", error)
        return False
