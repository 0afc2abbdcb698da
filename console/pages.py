"""The built pages: one entry whose styles are let through by a nonce of this one answer."""

import secrets
from pathlib import Path

from aiohttp import web

# Written into the page by the build (web/vite.config.ts) wherever a nonce belongs.
_PLACEHOLDER = "__CSP_NONCE__"


def add_pages(app: web.Application, folder: Path) -> None:
    """Nothing is served before the pages are built; the API stands on its own."""
    page = folder / "console" / "index.html"
    if not page.exists():
        return

    async def index(_request: web.Request) -> web.Response:
        # Read each time: a build while we run names its files anew.
        text, nonce = page.read_text(encoding="utf8"), secrets.token_urlsafe(16)
        response = web.Response(
            text=text.replace(_PLACEHOLDER, nonce), content_type="text/html", charset="utf8"
        )
        # A page kept by the browser would come with the nonce of an answer that is gone.
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Security-Policy"] = policy(nonce)
        return response

    app.router.add_get("/", index)
    app.router.add_static("/assets", page.parent / "assets")


def policy(nonce: str | None = None) -> str:
    """Scripts only from our own files; styles also where they carry the nonce of this answer."""
    style = f"style-src 'self' 'nonce-{nonce}'; " if nonce else ""
    return (
        f"default-src 'self'; {style}img-src 'self' data:; connect-src 'self' ws: wss:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
