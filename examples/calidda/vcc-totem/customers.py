"""The table of customers, read from the spreadsheet that the commercial team sends."""

import csv
import io
from pathlib import Path

COLUMNS = ["document", "name", "district", "credit_line", "used"]
_customers: dict[str, dict] = {}


def _index(rows: list[dict]) -> int:
    _customers.clear()
    for row in rows:
        row["credit_line"] = float(row["credit_line"])
        row["used"] = float(row["used"])
        _customers[str(row["document"])] = row
    return len(_customers)


def load(filename: str, content: bytes) -> int:
    """Replaces all customers; answers how many there are now."""
    if filename.endswith(".csv"):
        return _index(list(csv.DictReader(io.StringIO(content.decode("utf-8")))))

    import pandas

    if filename.endswith(".xml"):
        frame = pandas.read_xml(io.BytesIO(content), dtype=str, parser="lxml")
    else:
        engine = "odf" if filename.endswith(".ods") else "openpyxl"
        frame = pandas.read_excel(io.BytesIO(content), dtype=str, engine=engine)
    return _index(frame[COLUMNS].to_dict("records"))


def find(document: str) -> dict | None:
    return _customers.get(document)


_SEED = Path(__file__).parent / "data" / "customers.csv"
load(_SEED.name, _SEED.read_bytes())
