"""What requests are refused, what browsers may do with our pages, and how they keep the session's cookie."""

from flask import Flask, Request, Response, abort, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

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
    """Stop the program where the key of sessions could be guessed; else look at each request and answer."""
    if not (app.debug or app.config["SECRET_KEY"][15:]):
        raise SystemExit('SECRET_KEY is too short. Make one: python3 -c "import secrets; print(secrets.token_hex())"')
    app.session_interface = _Sessions()
    app.before_request(refuse)
    app.after_request(add_headers)


def refuse() -> None:
    """Refuse what pages of other sites send, as Go's CrossOriginProtection does; programs do not say where they are."""
    told = request.environ.get  # request.headers would make an exception of each that is not there
    if told("HTTP_TRANSFER_ENCODING"):  # RFC 9110, 15.5.12; Flask would cut such a body off at its limit
        abort(411, "Send the body with a Content-Length.")
    site, origin = told("HTTP_SEC_FETCH_SITE"), told("HTTP_ORIGIN")
    hosts = f"{told('HTTP_HOST')},{told('HTTP_X_FORWARDED_HOST')}".replace(" ", "").split(",")
    # Old browsers, and most by http, send Origin alone. Its scheme is not compared: a proxy may have taken https away.
    is_ours = site in {"same-origin", "none"} if site else not origin or origin.rpartition("://")[2] in hosts
    if not (is_ours or request.method in {"GET", "HEAD", "OPTIONS"}):
        abort(403, "A page of another site sent this. If it is your own, have the proxy pass Host or X-Forwarded-Host.")


def add_headers(response: Response) -> Response:
    """Add HEADERS, but for those that the view has set."""
    present = {name.lower() for name, _ in response.headers}
    response.headers.extend({name: value for name, value in HEADERS.items() if name.lower() not in present})
    return response
