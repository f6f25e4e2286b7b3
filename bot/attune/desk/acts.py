"""What an agent does: claim, reply, release. Plain forms, so it works without a script too.

A conversation that is not theirs to see is none at all (404).
"""

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from attune.channel.mailbox import Letter
from attune.desk import checklist, visit
from attune.desk.listing import is_mine
from attune.errors import AttuneError

LONGEST_REPLY = 10_000
BY_SCRIPT = "application/json"
"""What the page's own script accepts; a plain form accepts a page."""


class EmptyReply(AttuneError):
    """An agent sent nothing, or far too much."""

    def __init__(self) -> None:
        super().__init__(f"Write something, at most {LONGEST_REPLY} letters. Go back; nothing was sent.")


async def claim(request: Request) -> Response:
    """Take the conversation over and tell the customer who joined; the keyboard goes on at the reply."""
    await visit.case(request)
    here, name, me = visit.room(request), visit.conversation(request), visit.agent(request)
    notice = here.wordings["notices"]["joined"].format(agent=me)
    await run_in_threadpool(here.counter.claim, name, me, notice, here.clock())
    return _back_to(name, "#reply")


async def reply(request: Request) -> Response:
    """Send the agent's words; the form's message id makes a second click harmless."""
    fields, case = await visit.form(request), await visit.case(request)
    here, name, me = visit.room(request), visit.conversation(request), visit.agent(request)
    text = str(fields.get("text", "")).strip()
    if not 0 < len(text) <= LONGEST_REPLY:
        raise EmptyReply
    if is_mine(case, me):
        checklist.require(await run_in_threadpool(here.to_tick, case), map(str, fields.getlist("check")))
    message_id = f"person-{str(fields.get('message_id') or here.new_id())[:64]}"
    letter = Letter(0, name, message_id, "person", text, here.clock(), me)
    await run_in_threadpool(here.counter.reply, letter)
    # A script cannot tell one redirect from another: that to the sign-in page would look as if the words had been sent.
    return Response(status_code=204) if request.headers.get("accept") == BY_SCRIPT else _back_to(name)


async def release(request: Request) -> Response:
    """Give the conversation back to the bot and tell the customer who left."""
    await visit.case(request)
    here, name, me = visit.room(request), visit.conversation(request), visit.agent(request)
    await run_in_threadpool(here.alarms.refuse_unread, name)
    notice = here.wordings["notices"]["left"].format(agent=me)
    await run_in_threadpool(here.counter.release, name, me, notice, here.clock())
    return RedirectResponse("/", status_code=303)


def _back_to(conversation_id: str, part: str = "") -> RedirectResponse:
    return RedirectResponse(f"/conversation/{quote(conversation_id)}{part}", status_code=303)
