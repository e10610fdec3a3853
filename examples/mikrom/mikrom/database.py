"""The table of virtual machines."""

from sqlalchemy import String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from mikrom.config import settings

# No connection is made until the first query.
engine = create_engine(settings.database_url, pool_pre_ping=True)


class Base(DeclarativeBase):
    pass


class Machine(Base):
    __tablename__ = "machines"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    state: Mapped[str] = mapped_column(String(20), default="requested")
    secret: Mapped[str] = mapped_column(String(400), default="")


def create_tables() -> None:
    Base.metadata.create_all(engine)


def machines() -> list[Machine]:
    with Session(engine) as session:
        return list(session.scalars(select(Machine).order_by(Machine.name)))


def request_machine(name: str, secret: str) -> int:
    with Session(engine) as session:
        machine = Machine(name=name, secret=secret)
        session.add(machine)
        session.commit()
        return machine.id


def set_state(machine_id: int, state: str) -> None:
    with Session(engine) as session:
        machine = session.get(Machine, machine_id)
        if machine is None:
            return
        machine.state = state
        session.commit()
