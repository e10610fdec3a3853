import httpx

from mikrom import database
from mikrom.celery_app import celery_app


@celery_app.task
def start_machine(machine_id: int, host: str) -> str:
    try:
        httpx.put(f"http://{host}/machines/{machine_id}", timeout=10).raise_for_status()
        state = "running"
    except httpx.HTTPError:
        state = "failed"
    database.set_state(machine_id, state)
    return state


@celery_app.task
def watch_machines() -> int:
    return sum(machine.state == "running" for machine in database.machines())
