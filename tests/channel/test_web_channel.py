"""The web channel as a browser meets it: a real server, real connections, a second process that writes."""

import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from attune.channel.ownership import Owner
from attune.channel.post import plain
from channel.browserless import Customer, Server, take, until
from channel.plain_assistant import COUNTRY, DISCLOSURE

pytestmark = pytest.mark.rasa

WRITER = """
import sys, time
from attune.channel.mailbox import Mailbox
from attune.database import engine
mailbox = Mailbox(engine(sys.argv[1]))
mailbox.last_id()
for number in range(int(sys.argv[3])):
    time.sleep(0.13)
    mailbox.append(sys.argv[2], "person", f"word {number}", message_id=f"desk {number}", at=time.time(), name="Ana")
"""


@pytest.fixture
def customer(server: Server) -> Customer:
    return Customer(server)


def texts(letters: list[dict]) -> list[str]:
    return [letter["data"]["text"] for letter in letters]


def test_dis_1_con_1_the_notice_is_stored_before_any_word_of_the_customer(server: Server) -> None:
    customer = Customer(server)
    customer.say("hello")
    first, second, third = customer.read(3)

    shown = first["data"]
    assert (shown["text"], shown["sender"], shown["data"]) == (DISCLOSURE, "bot", {"utter_action": "utter_disclosure"})
    assert texts([second, third]) == ["hello", "You said: hello"]


def test_dis_3_every_letter_names_its_sender(customer: Customer) -> None:
    customer.say("hello")
    customer.server.mailbox.append(customer.conversation, "person", "I am Ana", message_id="p", at=1.0, name="Ana")

    senders = {(letter["data"]["sender"], letter["data"]["name"]) for letter in customer.read(4)}
    assert {("bot", None), ("customer", None), ("person", "Ana")} == senders


def test_a_letter_does_not_say_how_somebody_feels(customer: Customer) -> None:  # I3: letters are stored
    customer.say("hello")
    answer = customer.read(3)[2]["data"]

    assert answer["text"] == "You said: hello"
    assert answer["data"] == {}


def test_cri_5_the_country_comes_from_the_channel_alone(customer: Customer) -> None:
    message_id = str(uuid.uuid4())
    customer.say("hello", message_id=message_id, country="US", metadata={"attune": {"country": "US"}})
    heard = until(lambda: [one for one in customer.server.heard() if one["message_id"] == message_id])

    assert [one["metadata"] for one in heard] == [{"attune": {"country": COUNTRY, "locale": "en-IE", "public": False}}]


def test_the_same_message_is_heard_once(customer: Customer) -> None:
    message_id = str(uuid.uuid4())
    answers = [customer.say("hello", message_id=message_id) for _ in range(3)]
    customer.read(3)  # else a slow answer may come after what is said next
    customer.say("and then")

    assert [(a.status_code, a.json()["new"]) for a in answers] == [(202, True), (202, False), (202, False)]
    assert texts(customer.read(4)) == [DISCLOSURE, "hello", "You said: hello", "and then"]
    assert len([one for one in customer.server.heard() if one["message_id"] == message_id]) == 1


def test_a_message_retried_after_a_restart_is_heard_once(own_server: Server) -> None:
    customer, message_id = Customer(own_server), str(uuid.uuid4())
    customer.say("hello", message_id=message_id)
    customer.read(3)
    own_server.stop()
    own_server.start()

    answer = customer.say("hello", message_id=message_id, again=True).json()
    assert {"message_id": message_id, "new": False, "stored": True} == answer
    assert own_server.heard() == []


def test_a_lost_connection_resumes_without_loss_or_double(own_server: Server) -> None:
    customer = Customer(own_server)
    conversation = customer.conversation
    received = customer.read(1)
    writer = subprocess.Popen([sys.executable, "-c", WRITER, own_server.db_url, conversation, "20"])
    while len(received) < 21:  # every connection is dropped after two letters, one with the whole server
        received += customer.read(2, after=received[-1]["id"])
        if len(received) == 9:
            own_server.stop()
            own_server.start()

    assert writer.wait(10) == 0
    assert [DISCLOSURE, *(f"word {number}" for number in range(20))] == texts(received)
    assert sorted({letter["id"] for letter in received}) == [letter["id"] for letter in received]


def test_a_reload_shows_everything_once(customer: Customer) -> None:
    for number in range(3):
        customer.say(f"message {number}")
    until(lambda: len(customer.server.mailbox.since(customer.conversation)) == 7)

    assert texts(customer.read(7)) == texts(customer.read(7))
    assert customer.http.post(f"{customer.server.url}/session", json={}).json() == {"resumed": True}


def test_a_persons_words_arrive_within_a_second(customer: Customer) -> None:
    customer.read(1)
    writer = subprocess.Popen([sys.executable, "-c", WRITER, customer.server.db_url, customer.conversation, "12"])
    with customer.listen() as stream:
        letters = take(stream, "letter", 13)[1:]
    writer.wait(10)
    took = [letter["at"] - letter["data"]["at"] for letter in letters]

    print(f"median {sorted(took)[6]:.3f} s, longest {max(took):.3f} s")
    assert [f"word {number}" for number in range(12)] == texts(letters)
    assert max(took) < 1.0


def test_the_bot_is_silent_while_a_person_speaks_and_still_hears(customer: Customer) -> None:  # I5
    ownership, conversation = customer.server.ownership, customer.conversation
    ownership.set(conversation, Owner("queue", None, 1.0))
    customer.say("waiting")
    customer.say("get me a person")
    until(lambda: len(customer.server.mailbox.since(conversation)) == 5)
    ownership.set(conversation, Owner("agent", "Ana", 2.0))
    message_id = str(uuid.uuid4())
    customer.say("a person must hear this", message_id=message_id)
    customer.say("break while Ana is here")
    until(lambda: any(one["message_id"] == message_id for one in customer.server.heard()))
    ownership.set(conversation, Owner("bot", None, 3.0))
    customer.say("hello bot")

    assert texts(customer.read(9)) == [
        DISCLOSURE, "waiting", "get me a person", "I am handing you over to a colleague.",
        "May I pass on how this has gone?", "a person must hear this", "break while Ana is here", "hello bot",
        "You said: hello bot",
    ]


def test_with_the_database_away_the_answer_comes_within_two_seconds(own_server: Server) -> None:  # I1
    customer = Customer(own_server)
    with customer.listen() as stream:
        take(stream, "letter", 1)
        with database_away(own_server):
            start = time.monotonic()
            customer.say("are you there?")
            live = take(stream, "letter", 2)
            took = time.monotonic() - start

    assert texts(live) == ["are you there?", "You said: are you there?"]
    assert took < 2
    until(lambda: len(own_server.mailbox.since(customer.conversation)) == 3)
    assert texts(customer.read(3)) == [DISCLOSURE, *texts(live)]


@contextmanager
def database_away(server: Server) -> Iterator[None]:
    """Do something while the database's file is a folder, which no engine opens."""
    file = Path(server.db_url.removeprefix("sqlite:///"))
    kept = [(path, path.with_name(f"away-{path.name}")) for path in file.parent.glob("attune.db*")]
    for path, aside in kept:
        path.rename(aside)
    file.mkdir()
    try:
        yield
    finally:
        file.rmdir()
        for path, aside in kept:
            aside.rename(path)


def test_i6_a_message_no_database_took_is_sent_again_until_one_has_and_is_heard_once(own_server: Server) -> None:
    customer, message_id = Customer(own_server), str(uuid.uuid4())
    with database_away(own_server):
        first = customer.say("are you there?", message_id=message_id).json()
        again = customer.say("are you there?", message_id=message_id, again=True).json()
        own_server.process.kill()
        own_server.process.join()
    own_server.start()
    answers = [customer.say("are you there?", message_id=message_id, again=True).json() for _ in range(2)]
    until(own_server.heard)

    assert [(one["new"], one["stored"]) for one in (first, again)] == [(True, False), (False, False)]
    assert [(one["new"], one["stored"]) for one in answers] == [(True, True), (False, True)]
    assert [one["message_id"] for one in own_server.heard()] == [message_id]


def test_rasa_finds_the_channel_by_the_name_in_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from rasa.shared.utils.common import class_from_module_path
    monkeypatch.setenv("ATTUNE_VAR", str(tmp_path))
    channel = class_from_module_path("attune.channel.web.WebChannel").from_credentials({"country": "GB"})

    assert (channel.name(), channel.get_output_channel().name()) == ("web", "web")


def test_a_broken_answer_is_admitted(customer: Customer) -> None:
    customer.say("break")
    last = customer.read(3)[-1]["data"]

    assert last["sender"] == "bot"
    assert last["text"].startswith("This is the automated assistant. I could not work that out just now.")
    assert "ask for a person" in last["text"]


def test_a_long_wait_is_explained_and_the_answer_still_comes(customer: Customer) -> None:
    customer.say("take long")
    late, answer = customer.read(4)[2:]

    assert "taking longer" in late["data"]["text"]
    assert answer["data"]["text"] == "Here at last."


def test_cri_8_danger_in_a_message_that_waits_is_answered_meanwhile(customer: Customer) -> None:
    customer.say("danger, take long")
    shown = texts(customer.read(5)[2:])

    assert shown[0] == "utter_crisis_help_possible on web"
    assert "taking longer" in shown[1]
    assert shown[2] == "Here at last."


def test_help_that_was_shown_is_not_shown_again_while_the_rest_of_the_turn_takes_its_time(customer: Customer) -> None:
    customer.say("danger, help first, take long")
    shown = texts(customer.read(5)[2:])

    assert (shown[0], shown[2]) == ("Help.", "Here at last.")
    assert "taking longer" in shown[1]


def test_the_page_is_told_that_an_answer_is_being_worked_out(customer: Customer) -> None:
    with customer.listen() as stream:
        customer.say("take long")
        states = [event["data"]["busy"] for event in take(stream, "status", 3)]

    assert states == [False, True, False]


def test_typed_commands_are_heard_as_words(customer: Customer) -> None:
    customer.say("/restart")
    assert texts(customer.read(3)[1:]) == ["/restart", "You said: restart"]

    customer.say('/inform{"order": "1"}')
    assert texts(customer.read(5)[3:]) == ['/inform{"order": "1"}', 'You said: inform{"order": "1"}']


def test_rasa_itself_finds_no_command_in_plain_words() -> None:
    from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
    from rasa.shared.nlu.training_data.message import Message
    for typed in ("/restart", " /restart", "//session_start", "/\t/back", "\x1c/restart", "\x85/restart", "/a@1.0{}"):
        message = Message({"text": plain(typed)})
        assert message is YAMLStoryReader.unpack_regex_message(message)


def test_a_button_is_heard_as_its_payload_and_shown_as_its_title(customer: Customer) -> None:
    customer.say("get me a person")
    offered = customer.read(4)[-1]["data"]["data"]["buttons"][1]
    customer.say("anything", payload=offered["payload"])
    shown, answer = customer.read(6)[4:]

    assert (shown["data"]["text"], answer["data"]["text"]) == ("No, keep it here", "Thank you, noted.")
    assert customer.http.get(f"{customer.server.url}/consent").json() == {"agent": "refused"}


def test_without_the_right_token_nothing_opens(server: Server) -> None:
    theirs = Customer(server).http.cookies["attune_session"]
    for token in (None, "", theirs[:-4] + "AAAA", "x" + theirs):
        cookies = {} if token is None else {"attune_session": token}
        with httpx.Client(cookies=cookies) as http:
            body = {"text": "hi", "message_id": str(uuid.uuid4())}
            answers = [http.get(f"{server.url}/stream"), http.get(f"{server.url}/consent"),
                       http.post(f"{server.url}/message", json=body)]
            assert [answer.status_code for answer in answers] == [401] * 3
            assert {"error"} == answers[0].json().keys()
            assert http.post(f"{server.url}/session", json={}).json() == {"resumed": False}


def test_the_cookie_is_kept_from_scripts_and_other_sites(server: Server) -> None:
    cookie = httpx.post(f"{server.url}/session", json={}).headers["set-cookie"].lower()

    assert "httponly" in cookie
    assert "samesite=strict" in cookie


REFUSED = [
    ({"content": "text=hi", "headers": {"content-type": "application/x-www-form-urlencoded"}}, 415),
    ({"content": '{"text": "hi"}', "headers": {"content-type": "text/plain"}}, 415),
    ({"json": {}, "headers": {"origin": "https://evil.example"}}, 403),
    ({"content": "{", "headers": {"content-type": "application/json"}}, 400),
    ({"content": "[" * 60_000, "headers": {"content-type": "application/json"}}, 400),
    ({"json": {"text": "x" * 70_000}}, 413),
    ({"json": {"text": "x" * 4001, "message_id": str(uuid.uuid4())}}, 413),
    ({"json": []}, 400),
]


@pytest.mark.parametrize(("request_", "status"), REFUSED)
def test_a_post_from_elsewhere_or_in_no_shape_is_refused(customer: Customer, request_: dict, status: int) -> None:
    answer = customer.http.post(f"{customer.server.url}/message", **request_)

    assert status == answer.status_code
    assert {"error"} == answer.json().keys()


@pytest.mark.parametrize("after", ["-1", "x", "1e9", "9" * 40, "٣٣"])
def test_a_place_in_the_stream_is_a_number(customer: Customer, after: str) -> None:
    status = customer.http.get(f"{customer.server.url}/stream", params={"after": after}).status_code

    assert status == 400


@pytest.mark.parametrize("path", ["chat", "page/chat.css", "page/chat.js", "page/icon.svg", "consent", "page/none.js"])
def test_every_answer_carries_the_security_headers(server: Server, path: str) -> None:
    headers = httpx.get(f"{server.url}/{path}").headers

    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "name", ["..%2fweb.py", "%2e%2e/letters.yml", "letters.yml", "..%2f..%2fsettings.py", "chat.html"],
)
def test_nothing_but_the_pages_files_is_served(server: Server, name: str) -> None:
    answer = httpx.get(f"{server.url}/page/{name}")

    assert answer.status_code == 404


def test_the_server_stops_without_waiting_for_open_streams(own_server: Server) -> None:
    with Customer(own_server).listen() as stream:
        next(stream)
        own_server.stop()

    assert own_server.process.exitcode == 0


def test_bnd_5_dropped_fields_are_logged_without_their_content(customer: Customer) -> None:
    customer.say("hi", keystrokes=[12, 99], prosody="calm")
    log = until(customer.server.log.read_text)

    assert "dropped 2 field(s)" in log
    assert "prosody" not in log
