"""What was asked at which totem, kept in a small database."""

from datetime import datetime

from peewee import CharField, DateTimeField, Model, SqliteDatabase

database = SqliteDatabase(None)


class Query(Model):
    totem = CharField()
    document = CharField()
    at = DateTimeField(default=datetime.now)

    class Meta:
        database = database


def open_database(path: str) -> None:
    database.init(path)
    database.create_tables([Query], safe=True)


def record(totem: str, document: str) -> None:
    Query.create(totem=totem, document=document)


def count() -> int:
    return Query.select().count()
