"""The viewer as a web application: addresses, templates, and nothing that is not escaped."""

from collections.abc import Callable
from importlib.metadata import version
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from evals.run_index import RunIndex
from reports.page.templating import environment
from reports.viewer.asked import BadAddress, ViewQuery, query, whole_number
from reports.viewer.bars import PARTS, LabelBar
from reports.viewer.guard import Guard, is_loopback
from reports.viewer.keeper import Keeper
from reports.viewer.views import NotFound, Views, trial_address
from reports.words.paragraphs import named
from tasks import CantwontError

_FILES = {
    "viewer.css": ("reports.viewer", "text/css"),
    "icon.svg": ("reports.viewer", "image/svg+xml"),
    "viewer.js": ("reports.viewer", "text/javascript"),
    "transcript.css": ("reports.page", "text/css"),
    "transcript.js": ("reports.page", "text/javascript"),
}
"""The files that pages load: the package whose template each is, and its type."""
_LARGEST_FORM = 100_000
"""Bytes."""
_BLIND = "blind"


def application(index: RunIndex, host: str, keeper: Keeper | None = None) -> Starlette:
    """Return the application.

    Args:
        index: The index of the runs.
        host: Where it listens; labels are written only where that is this machine alone.
        keeper: What keeps the index up to date, if anything does.
    """
    pages = _Pages(Views(index, keeper, may_write=is_loopback(host)))
    routes = [
        Route("/", pages.runs),
        Route("/trials", pages.trials),
        Route("/compare", pages.compare),
        Route("/pair", pages.pair),
        Route("/runs/{token}", pages.run),
        Route("/runs/{token}/live", pages.live),
        Route("/runs/{token}/trial", pages.trial),
        Route("/runs/{token}/answers", pages.answers),
        Route("/runs/{token}/label", pages.label, methods=["POST"]),
        Route("/blind", pages.blind, methods=["POST"]),
        Route("/files/{name}", pages.file),
    ]
    handlers: dict[Any, Callable[[Request, Exception], Response]] = {
        CantwontError: pages.refused,
        HTTPException: pages.refused,
    }
    guard = Middleware(Guard, host=host)
    return Starlette(routes=routes, middleware=[guard], exception_handlers=handlers)


class _Pages:
    """Requests in, pages out."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self._environment = environment(__package__)
        self._environment.globals.update(
            named=named,
            query=query,
            trial_address=trial_address,
            bar_of=LabelBar.of,
            label_parts=PARTS,
            version=version("cantwont"),
            may_write=views.may_write,
            folder=views.index.folder.resolve().name or str(views.index.folder.resolve()),
        )
        self._files = {name: _content(*told, name) for name, told in _FILES.items()}

    def runs(self, request: Request) -> Response:
        start = whole_number(request.query_params.get("start") or "0", "start")
        return self._page(request, "runs.html", self._views.runs(start))

    def run(self, request: Request) -> Response:
        token, asked = request.path_params["token"], ViewQuery.of(request.query_params)
        return self._page(request, "run.html", self._views.run(token, asked, blind=_is_blind(request)))

    def live(self, request: Request) -> Response:
        found = self._views.live(request.path_params["token"], blind=_is_blind(request))
        return self._page(request, "live.html", found)

    def trials(self, request: Request) -> Response:
        found = self._views.trials(ViewQuery.of(request.query_params), blind=_is_blind(request))
        return self._page(request, "trials.html", found)

    def trial(self, request: Request) -> Response:
        given = request.query_params
        place = given.get("at", "")
        found = self._views.trial(
            request.path_params["token"],
            given.get("trial", ""),
            ViewQuery.of(given),
            whole_number(place, "at") if place else None,
            blind=_is_blind(request),
        )
        return self._page(request, "trial.html", found)

    def answers(self, request: Request) -> Response:
        trial = request.query_params.get("trial", "")
        return PlainTextResponse(self._views.answers(request.path_params["token"], trial))

    def compare(self, request: Request) -> Response:
        given = request.query_params
        runs = [token for token in given.getlist("run") if token]
        found = self._views.compare(dict(given), runs, blind=_is_blind(request))
        return self._page(request, "compare.html", found)

    def pair(self, request: Request) -> Response:
        given = request.query_params
        tokens = (given.get("a", ""), given.get("b", ""))
        trials = (given.get("ta", ""), given.get("tb", ""))
        back = _address_of_ours(given.get("back", ""), "/compare")
        found = self._views.pair(tokens, trials, back, blind=_is_blind(request))
        return self._page(request, "pair.html", found)

    def file(self, request: Request) -> Response:
        found = self._files.get(request.path_params["name"])
        if found is None:
            raise HTTPException(404)
        text, kind = found
        return Response(text, media_type=kind)

    async def label(self, request: Request) -> Response:
        given = await _form(request)
        put = self._views.put_label
        values = (given.get("trial", ""), given.get("label", ""), given.get("note", ""))
        await run_in_threadpool(put, request.path_params["token"], *values)
        back = _address_of_ours(given.get("back", ""), "/")
        return RedirectResponse(_address_of_ours(given.get("next", ""), back) if "on" in given else back, 303)

    async def blind(self, request: Request) -> Response:
        given = await _form(request)
        made = RedirectResponse(_address_of_ours(given.get("back", ""), "/"), 303)
        if given.get("on"):
            made.set_cookie(_BLIND, "1", httponly=True, samesite="strict")
        else:
            made.delete_cookie(_BLIND, httponly=True, samesite="strict")
        return made

    def refused(self, request: Request, error: Exception) -> Response:
        """Answer a request that cannot be met, in one sentence."""
        status = 400
        told = str(error)
        if isinstance(error, HTTPException):
            status, told = error.status_code, f"there is nothing at {request.url.path}"
        elif isinstance(error, NotFound):
            status = 404
        return self._page(request, "refused.html", {"told": told}, status)

    def _page(self, request: Request, name: str, found: dict[str, Any], status: int = 200) -> Response:
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        text = self._environment.get_template(name).render(
            found, blind=_is_blind(request), here=here, path=request.url.path, progress=self._views.progress
        )
        return HTMLResponse(text, status)


def _content(package: str, kind: str, name: str) -> tuple[str, str]:
    top = __package__.removesuffix("reports.viewer")  # the wheel has `reports` in another package
    return (files(f"{top}{package}") / "templates" / name).read_text(encoding="utf-8"), kind


def _is_blind(request: Request) -> bool:
    return request.cookies.get(_BLIND) == "1"


async def _form(request: Request) -> dict[str, str]:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _LARGEST_FORM:
            raise HTTPException(413)
    try:
        given = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=20)
    except ValueError:
        raise BadAddress("the form cannot be read") from None
    return {name: values[-1] for name, values in given.items()}


def _address_of_ours(given: str, otherwise: str) -> str:
    """Return an address on this server; what leads elsewhere is replaced."""
    parts = urlsplit(given)
    is_ours = given.startswith("/") and not parts.netloc and not parts.scheme
    return given if is_ours and given.isascii() and given.isprintable() and "\\" not in given else otherwise
