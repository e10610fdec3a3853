from celery import Celery

from mikrom.config import settings

celery_app = Celery("mikrom", broker=settings.redis_url, backend=settings.redis_url, include=["mikrom.tasks"])
celery_app.conf.beat_schedule = {
    "watch-machines": {"task": "mikrom.tasks.watch_machines", "schedule": 60.0},
}
app = celery_app
