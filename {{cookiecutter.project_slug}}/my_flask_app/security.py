"""What pages of other sites may not send, what browsers may do with ours, and how they keep the session's cookie."""

from flask import Flask, Request, Response, abort, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

HEADERS = {  # of every answer; a view that sets one of them keeps its own
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",  # by "no-referrer" the Origin of our own forms would be null
    "X-Content-Type-Options": "nosniff",
}


class Sessions(SecureCookieSessionInterface):
    """Flask's, with a cookie that is Secure where the request came by https."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Tell whether the cookie is for https alone."""
        return request.is_secure or super().get_cookie_secure(app)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session; without its cookie nothing is made that checks signatures."""
        has_cookie = self.get_cookie_name(app) in request.environ.get("HTTP_COOKIE", "")
        return super().open_session(app, request) if has_cookie else self.session_class()


def init_app(app: Flask) -> None:
    """Stop the program where the key of sessions could be guessed; else look at each request and answer."""
    if not (app.debug or app.config["SECRET_KEY"][15:]):
        command = 'python3 -c "import secrets; print(secrets.token_hex())"'
        raise SystemExit(f"SECRET_KEY must have 16 characters or more: write what `{command}` prints.")
    app.session_interface = Sessions()
    app.before_request(refuse_other_sites)
    app.after_request(add_headers)


def refuse_other_sites() -> None:
    """Refuse what a page of another site sends, as Go's CrossOriginProtection does; programs have no such headers."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    told = request.environ.get  # request.headers would make an exception of each that is not there
    site, origin = told("HTTP_SEC_FETCH_SITE"), told("HTTP_ORIGIN")
    hosts = f"{told('HTTP_HOST')},{told('HTTP_X_FORWARDED_HOST')}".replace(" ", "").split(",")
    # Old browsers, and most by http, send Origin alone. Its scheme is not compared: a proxy may have taken https away.
    if site not in {"same-origin", "none"} if site else origin and origin.rpartition("://")[2] not in hosts:
        abort(403, "A page of another site sent this. If it is your own, have the proxy pass Host or X-Forwarded-Host.")


def add_headers(response: Response) -> Response:
    """Add HEADERS, but for those that the view has set."""
    present = {name.lower() for name, _ in response.headers}
    response.headers.extend({name: value for name, value in HEADERS.items() if name.lower() not in present})
    return response
