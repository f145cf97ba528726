"""The papers to start from: the page that lists them, and each as a Word file. Open to all; a firm's has its name."""

import asyncio

from litestar import Response, get
from litestar.params import FromPath

from pledge.actions.papers.reading import Papers
from pledge.actions.papers.writing import MEDIA_TYPE, written
from pledge.database import clock
from pledge.policy.policies import PUBLIC
from pledge.refusals import Missing
from pledge.web.guard import AnyRequest, actor_of
from pledge.web.pages import download, page

ENDING = ".docx"


@get("/papers", policy=PUBLIC)
async def papers_page(request: AnyRequest) -> Response[bytes]:
    """Show every paper, what it is for, and what it rests on."""
    return page(request, "actions/papers.html", papers=request.app.state.papers)


@get("/papers/{paper:str}", policy=PUBLIC)
async def paper_file(request: AnyRequest, paper: FromPath[str]) -> Response[bytes]:
    """Give a paper to keep and to change, with today's date and the name of the firm that somebody acts for."""
    papers: Papers = request.app.state.papers
    found = papers.get(paper.removesuffix(ENDING)) if paper.endswith(ENDING) else None
    if found is None:
        raise Missing
    content = await asyncio.to_thread(written, found, actor_of(request).organisation_name, clock.today())
    return download(content, f"{found.name}{ENDING}", MEDIA_TYPE)


ROUTES = [papers_page, paper_file]
