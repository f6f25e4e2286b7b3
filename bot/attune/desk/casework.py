"""What else an agent does: resolve a case, pass it on, note something, say it was read wrong, take a break."""

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from attune.desk import correction, transcript, visit
from attune.desk.correction import NothingToCorrect
from attune.errors import AttuneError
from attune.handoff import transfers
from attune.handoff.note import Note

LONGEST_NOTE = 2_000


class UnsuitableNote(AttuneError):
    """A note says nothing, or far too much."""

    def __init__(self) -> None:
        super().__init__(f"Write a note of at most {LONGEST_NOTE} letters. Go back; nothing was kept.")


class UnknownOutcome(AttuneError):
    """A conversation would be resolved without saying how it ended."""

    def __init__(self) -> None:
        super().__init__("Say how the conversation ended. Go back and choose one of the outcomes; nothing was changed.")


async def resolve(request: Request) -> Response:
    """Give the conversation back to the assistant and keep how it ended."""
    outcome = str((await visit.form(request)).get("outcome", ""))
    await visit.case(request)
    here, name, me = visit.room(request), visit.conversation(request), visit.agent(request)
    if outcome not in here.wordings["outcomes"]:
        raise UnknownOutcome
    await run_in_threadpool(here.alarms.refuse_unread, name)
    notice = here.wordings["notices"]["left"].format(agent=me)
    await run_in_threadpool(here.counter.release, name, me, notice, here.clock(), outcome)
    return RedirectResponse("/", status_code=303)


async def transfer(request: Request) -> Response:
    """Let the conversation wait in a queue for a colleague, with a note and all that is known of it."""
    fields, case = await visit.form(request), await visit.case(request)
    here, me = visit.room(request), visit.agent(request)
    note = _note(str(fields.get("text", "")), me, here.clock())
    planned = transfers.planned(case.packet, str(fields.get("queue", "")), note, here.protocol)
    await run_in_threadpool(here.alarms.refuse_unread, case.conversation_id)
    notice = here.wordings["notices"]["moved"].format(agent=me)
    await run_in_threadpool(here.counter.transfer, planned, notice)
    return RedirectResponse("/", status_code=303)


async def note(request: Request) -> Response:
    """Keep a note for colleagues; the form's id makes a second click harmless."""
    fields, case = await visit.form(request), await visit.case(request)
    here = visit.room(request)
    written = _note(str(fields.get("text", "")), visit.agent(request), here.clock())
    note_id = f"note-{str(fields.get('message_id') or here.new_id())[:64]}"
    await run_in_threadpool(here.desk.add_note, case.packet["handoff_id"], note_id, written)
    return _done(case.conversation_id, "noted")


async def correct(request: Request) -> Response:
    """Keep one of the customer's messages for review, as it should have been read; raises NothingToCorrect."""
    fields, case = await visit.form(request), await visit.case(request)
    here, name = visit.room(request), case.conversation_id
    letters = await run_in_threadpool(here.mailbox.since, name)
    alarms = await run_in_threadpool(here.alarms.of, case.packet["handoff_id"])
    marks = transcript.marks(case, alarms, letters, may_keep=True)
    letter = next((one for one in letters if str(one.id) == str(fields.get("letter"))), None)
    if letter is None or not marks.may_correct(letter):
        raise NothingToCorrect
    role = visit.visitor(request).role
    await run_in_threadpool(correction.keep, here, letter, str(fields.get("emotion", "")), role)
    return _done(name, "kept")


async def take_break(request: Request) -> Response:
    """Note that the agent is on a break, or back; nothing else follows from it."""
    here, me = visit.room(request), visit.agent(request)
    begins = str((await visit.form(request)).get("begins", "")) == "1"
    await run_in_threadpool(here.shifts.rest if begins else here.shifts.resume, me, here.clock())
    return RedirectResponse("/", status_code=303)


def _note(text: str, agent: str, at: float) -> Note:
    words = text.strip()
    if not 0 < len(words) <= LONGEST_NOTE:
        raise UnsuitableNote
    return Note(words, at, agent)


def _done(conversation_id: str, what: str) -> RedirectResponse:
    return RedirectResponse(f"/conversation/{quote(conversation_id)}?done={what}", status_code=303)
