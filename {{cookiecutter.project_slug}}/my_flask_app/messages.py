"""The example: messages, as JSON under ``/messages`` and as a page under ``/``. Replace it by what you build."""

import re
from datetime import datetime
from functools import cache
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import Row, Select, bindparam, select
from werkzeug.exceptions import BadRequest, UnprocessableEntity
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response

from .db import db_session
from .models import Message
from .shortcuts import LARGEST_INT, get_or_404, query_int

LONGEST_TEXT = 500
PAGE = 20

blueprint = Blueprint("messages", __name__)


@blueprint.get("/messages")
def list_messages() -> tuple[dict[str, Any], dict[str, str]]:
    """Answer a page of messages, newest first, and the URL of the next page."""
    messages, next_url = page(query_int("limit", default=PAGE, largest=100), ".list_messages")
    links = {"Link": f'<{next_url}>; rel="next"'} if next_url else {}
    return {"messages": [as_json(message) for message in messages], "next": next_url}, links


@blueprint.post("/messages")
def post_message() -> tuple[dict[str, Any], int, dict[str, str]]:
    """Store a message and answer it."""
    try:
        body = request.get_json()
    except RecursionError:
        raise BadRequest("The JSON is nested too deeply.") from None
    message = store(body.get("text") if isinstance(body, dict) else None)
    return as_json(message), 201, {"Location": url_for(".get_message", message_id=message.id)}


@blueprint.get("/messages/<int:message_id>")
def get_message(message_id: int) -> dict[str, Any]:
    """Answer one message."""
    return as_json(get_or_404(Message, message_id))


@blueprint.delete("/messages/<int:message_id>")
def delete_message(message_id: int) -> tuple[str, int]:
    """Delete one message."""
    db_session.delete(get_or_404(Message, message_id))
    db_session.commit()
    return "", 204


@blueprint.route("/", methods=["GET", "POST"])
def index() -> Response | tuple[str, int]:
    """Show the messages under a form for a new one; store what it sends, or show it again with what is wrong."""
    text, error = request.form.get("text", "").replace("\r\n", "\n"), None
    if request.method == "POST":
        try:
            store(text)
            return redirect(url_for(".index"), 303)
        except UnprocessableEntity as refused:
            error = refused.description
    messages, next_url = page(PAGE, ".index")
    form = {"text": text, "error": error, "longest_text": LONGEST_TEXT}
    return render_template("index.html", messages=messages, next_url=next_url, **form), 422 if error else 200


@cache  # built once: building a statement costs more than running this one
def newest() -> Select[int, str, datetime]:
    """Select messages older than ``after``, newest first. By key, not by offset: the last page costs as the first."""
    messages = select(Message.id, Message.text, Message.created_at).order_by(Message.id.desc())
    return messages.where(Message.id < bindparam("after")).limit(bindparam("limit"))


def page(limit: int, endpoint: str) -> tuple[list[Row[int, str, datetime]], str | None]:
    """Return the messages that the query string asks for and the next page's URL, None on the last page."""
    after = query_int("after", default=LARGEST_INT)
    rows = list(db_session.execute(newest(), {"after": after, "limit": limit + 1}))
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], iri_to_uri(url_for(endpoint, limit=limit, after=rows[limit - 1].id))  # a header takes no IRI


def store(text: object) -> Message:
    """Commit a new message; raise UnprocessableEntity for a text that cannot be one."""
    if not isinstance(text, str) or not text.strip():
        raise UnprocessableEntity("Give a text that is not empty.")
    if len(text) > LONGEST_TEXT:
        raise UnprocessableEntity(f"The text has {len(text)} characters; at most {LONGEST_TEXT} fit.")
    if re.search("[\0\ud800-\udfff]", text):
        raise UnprocessableEntity("The text has a character that a database cannot store: NUL or half a pair.")
    message = Message(text=text)
    db_session.add(message)
    db_session.commit()
    return message


def as_json(message: Message | Row[int, str, datetime]) -> dict[str, Any]:
    """Return a message as JSON shows it."""
    return {"id": message.id, "text": message.text, "created_at": message.created_at.isoformat()}
