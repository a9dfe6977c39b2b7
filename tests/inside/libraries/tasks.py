"""What is done later: Celery, as Flask's documentation shows it."""

from celery import Celery, Task, shared_task
from celery.result import AsyncResult
from celery.schedules import crontab
from flask import Blueprint, Flask
from kombu import Queue
from sqlalchemy import delete

from .db import db_session
from .models import Message

CELERY = {
    "broker_url": "memory://",
    "result_backend": "cache+memory://",
    "task_ignore_result": True,
    "task_queues": [Queue("default")],
    "beat_schedule": {"at night": {"task": "delete_messages", "schedule": crontab(hour=3), "args": ["old"]}},
}

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks")


def celery_init_app(app: Flask) -> Celery:
    """Make a Celery application whose tasks have the context of a Flask application."""

    class FlaskTask(Task):
        def __call__(self, *args: object, **kwargs: object) -> object:
            with app.app_context():
                return self.run(*args, **kwargs)

    celery_app = Celery(app.name, task_cls=FlaskTask)
    celery_app.config_from_object(app.config["CELERY"])
    celery_app.set_default()
    app.extensions["celery"] = celery_app
    return celery_app


@shared_task(ignore_result=False)
def delete_messages(text: str) -> int:
    """Delete the messages that have this text, and return how many there were."""
    deleted = db_session.scalars(delete(Message).where(Message.text == text).returning(Message.id)).all()
    db_session.commit()
    return len(deleted)


@shared_task(bind=True, max_retries=3)
def count_tries(self: Task) -> int:
    """Fail once, and return how often it was tried."""
    try:
        return 1 + 1 // self.request.retries
    except ZeroDivisionError as error:
        raise self.retry(exc=error, countdown=0) from error


@blueprint.post("/<text>")
def start(text: str) -> dict[str, object]:
    """Have messages deleted, and answer how to ask for the result."""
    result = delete_messages.delay(text)
    return {"id": result.id}


@blueprint.get("/<task_id>")
def result(task_id: str) -> dict[str, object]:
    """Answer whether it is done, and the result."""
    task = AsyncResult(task_id)
    return {"ready": task.ready(), "value": task.result if task.ready() else None}


def init_app(app: Flask) -> None:
    """Add all of it to an application."""
    app.config.from_mapping(CELERY=CELERY)
    celery_init_app(app)
    app.register_blueprint(blueprint)
