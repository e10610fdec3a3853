from fastapi import FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from mikrom import database
from mikrom.secrets import seal
from mikrom.tasks import start_machine

app = FastAPI(title="mikrom", version="0.4.0")


class MachineRequest(BaseModel):
    name: str
    password: str
    host: str = "host-1:9000"


@app.get("/health")
@app.get("/api/v1/health")
def health() -> dict:
    return {"status": "ok"}


@app.get("/api/v1/machines")
def list_machines() -> list[dict]:
    try:
        database.create_tables()
        return [{"id": m.id, "name": m.name, "state": m.state} for m in database.machines()]
    except SQLAlchemyError as error:
        raise HTTPException(503, "database unreachable") from error


@app.post("/api/v1/machines", status_code=202)
def request_machine(request: MachineRequest) -> dict:
    database.create_tables()
    machine_id = database.request_machine(request.name, seal(request.password))
    start_machine.delay(machine_id, request.host)
    return {"id": machine_id}
