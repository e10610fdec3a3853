"""Open tasks, in the database of the service."""

import os

from sqlalchemy import Integer, String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

engine = create_engine(os.environ.get("MADRE_DB", "sqlite:////tmp/madre.db"))


class Base(DeclarativeBase):
    pass


class Task(Base):
    __tablename__ = "tasks"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    text: Mapped[str] = mapped_column(String(500))


Base.metadata.create_all(engine)


def plan(text: str) -> list[str]:
    steps = [step.strip() for step in text.split(" and ") if step.strip()]
    with Session(engine) as session:
        session.add_all(Task(text=step) for step in steps)
        session.commit()
    return steps


def open_tasks() -> list[dict]:
    with Session(engine) as session:
        return [{"id": task.id, "text": task.text} for task in session.scalars(select(Task))]
