"""What requests are refused, what browsers may do with our pages, and how they keep the session's cookie."""

from flask import Flask, Request, Response, abort, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

SHORTEST_KEY = 16  # characters of SECRET_KEY
HEADERS = {  # of every answer; a view that sets one of them keeps its own
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",  # by "no-referrer" the Origin of our own forms would be null
    "X-Content-Type-Options": "nosniff",
}


class _Sessions(SecureCookieSessionInterface):
    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure or super().get_cookie_secure(app)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        has_cookie = self.get_cookie_name(app) in request.environ.get("HTTP_COOKIE", "")
        return super().open_session(app, request) if has_cookie else self.session_class()  # nothing checks signatures


def init_app(app: Flask) -> None:
    """Look at each request and answer; stop the program where the key of sessions could be guessed."""
    if not app.debug and len(str(app.config["SECRET_KEY"])) < SHORTEST_KEY:
        raise SystemExit('SECRET_KEY is too short. Make one: python3 -c "import secrets; print(secrets.token_hex())"')
    app.session_interface = _Sessions()
    app.before_request(refuse)
    app.after_request(add_headers)


def refuse() -> None:
    """Refuse a body of unknown size, and what pages of other sites send, as Go's CrossOriginProtection does."""
    told = request.environ.get  # request.headers would make an exception of each that is not there
    if told("HTTP_TRANSFER_ENCODING"):  # RFC 9110, 15.5.12; Flask would cut such a body off at its limit
        abort(411, "Send the body with a Content-Length.")
    site, origin = told("HTTP_SEC_FETCH_SITE"), told("HTTP_ORIGIN")
    hosts = f"{told('HTTP_HOST')},{told('HTTP_X_FORWARDED_HOST')}".replace(" ", "").split(",")
    # Programs send neither; old browsers, and most by http, Origin alone. Behind a proxy its scheme may be another.
    is_ours = site in {"same-origin", "none"} if site else not origin or origin.rpartition("://")[2] in hosts
    if not (is_ours or request.method in {"GET", "HEAD", "OPTIONS"}):
        abort(403, "A page of another site sent this. If it is your own, have the proxy pass Host or X-Forwarded-Host.")


def add_headers(response: Response) -> Response:
    """Add HEADERS, but for those that the view has set."""
    # Asked by "in", or by setdefault, Werkzeug would make an exception of each that is not there.
    response.headers.extend([each for each in HEADERS.items() if not response.headers.getlist(each[0])])
    return response
