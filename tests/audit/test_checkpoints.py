"""Checkpoints are signed, written in time, and taken elsewhere (AUD-4)."""

import json
from dataclasses import asdict, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.engine import Engine

from attune import database, settings
from attune.audit import checkpoints, copies, keeper, places, signing
from attune.audit.checkpoints import Checkpoint, Notary
from attune.audit.merkle import Tree, leaf_hash
from attune.audit.places import CopyFailed
from attune.audit.verify import verify
from attune.errors import SettingsError
from audit.rows import PUBLIC, SIGNER, fill, records

TREE = Tree().add(leaf_hash(b"one")).add(leaf_hash(b"two"))
WRITTEN = checkpoints.of(TREE, 1_700_000_000_000_000, SIGNER)
STRANGER = Ed25519PrivateKey.from_private_bytes(b"\1" * 32)


def test_a_checkpoint_is_signed_by_its_installation_and_by_no_other() -> None:
    assert WRITTEN.is_by(PUBLIC)
    assert not WRITTEN.is_by(STRANGER.public_key())


@pytest.mark.parametrize("change", [
    {"size": 3}, {"root": "00" * 32}, {"chain": "00" * 32}, {"at": 0}, {"key": "0" * 16}, {"signature": ""},
    {"signature": "zz"}, {"signature": WRITTEN.signature[:-2] + "00"}, {"signature": WRITTEN.signature + "00"},
])
def test_whatever_is_changed_in_it_the_signature_no_longer_holds(change: dict[str, object]) -> None:
    assert not replace(WRITTEN, **change).is_by(PUBLIC)


@pytest.mark.parametrize(("last", "size", "now", "due"), [
    (None, 1, 0.0, True), (None, 0, 0.0, False),
    (WRITTEN, 2, 1_700_009_000.0, False),           # nothing new
    (WRITTEN, 3, 1_700_000_059.0, False), (WRITTEN, 3, 1_700_000_060.0, True),
    (WRITTEN, 501, 1_700_000_000.0, False), (WRITTEN, 502, 1_700_000_000.0, True),
])
def test_one_is_due_after_so_many_records_or_seconds(
    tmp_path: Path, last: Checkpoint | None, size: int, now: float, due: bool,
) -> None:
    assert Notary(tmp_path, SIGNER).is_due(last, size, now) == due


def test_what_came_in_without_one_gets_one_when_its_time_is_up(engine: Engine, tmp_path: Path) -> None:
    by = Notary(tmp_path, SIGNER)
    for first, now in ((0, 100.0), (5, 101.0)):
        keeper.put(engine, records(5, first))
        keeper.keep(engine, by, now)
    early = [one.size for one in checkpoints.read(by.file)[0]]
    keeper.keep(engine, by, 161.0)

    assert (early, [one.size for one in checkpoints.read(by.file)[0]]) == ([5], [5, 10])


@pytest.mark.parametrize("forged", [
    replace(WRITTEN, signature="", key=""), checkpoints.of(TREE, 1, STRANGER),
    replace(WRITTEN, signature=STRANGER.sign(WRITTEN.body).hex()),
], ids=["unsigned", "another's", "signed by another in our name"])
def test_a_checkpoint_that_is_not_ours_is_told_and_proves_nothing(
    engine: Engine, tmp_path: Path, forged: Checkpoint,
) -> None:
    fill(engine, tmp_path, 4)
    checkpoints.write(tmp_path / checkpoints.FILE, forged)
    [problem] = verify(engine, tmp_path, PUBLIC).problems

    assert problem.what.startswith(f"the checkpoint of 2 rows in {checkpoints.FILE} is not signed by key ")


def test_who_changes_database_and_checkpoints_together_is_found_by_the_auditors_copy(
    engine: Engine, tmp_path: Path,
) -> None:
    fill(engine, tmp_path, 10)
    kept = tmp_path / "yesterday.jsonl"
    kept.write_bytes((tmp_path / checkpoints.FILE).read_bytes())
    other = tmp_path / "other"
    other.mkdir()
    forged = database.engine(f"sqlite:///{other / 'attune.db'}")
    fill(forged, other, 12, 500)  # with the same key: whoever has the machine has it

    assert verify(forged, other, PUBLIC).is_whole
    assert not verify(forged, other, PUBLIC, [kept]).is_whole


def test_the_last_of_very_many_is_found_and_a_torn_line_is_not_it(tmp_path: Path) -> None:
    path = tmp_path / checkpoints.FILE
    assert checkpoints.last(path) is None
    path.write_bytes(b"".join(checkpoints.as_line(replace(WRITTEN, size=size)) for size in range(300)) + b'{"size": 9')

    found = checkpoints.last(path)
    assert found is not None and found.size == 299


class Shelf(ThreadingHTTPServer):
    """An HTTP address that keeps what it is sent; `answers` says with which codes, then 200."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, str, bytes, str | None]] = []
        self.answers: list[int] = []
        super().__init__(("127.0.0.1", 0), Taker)
        Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Taker(BaseHTTPRequestHandler):
    server: Shelf

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        code = self.server.answers.pop(0) if self.server.answers else 200
        if code == 200:
            self.server.kept.append((self.command, self.path, body, self.headers["If-None-Match"]))
        self.send_response(code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_PUT = do_POST  # noqa: N815 - what BaseHTTPRequestHandler calls

    def log_message(self, *_: object) -> None:
        """Be quiet."""


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    one = Shelf()
    monkeypatch.setenv("AWS_ENDPOINT_URL", one.url)
    for name, value in (("AWS_ACCESS_KEY_ID", "anybody"), ("AWS_SECRET_ACCESS_KEY", "anything"),
                        ("AWS_DEFAULT_REGION", "eu-west-1"), ("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required")):
        monkeypatch.setenv(name, value)
    return one


def written(var: Path, *sizes: int) -> None:
    for size in sizes:
        checkpoints.write(var / checkpoints.FILE, replace(WRITTEN, size=size))


def test_each_checkpoint_is_copied_once_and_those_that_could_not_be_follow(shelf: Shelf, tmp_path: Path) -> None:
    written(tmp_path, 1, 2)
    shelf.answers = [200, 503]
    with pytest.raises(CopyFailed, match="503"):
        copies.copy(tmp_path, [f"{shelf.url}/audit"], places.send)
    written(tmp_path, 3)
    copies.copy(tmp_path, [f"{shelf.url}/audit"], places.send)
    copies.copy(tmp_path, [f"{shelf.url}/audit"], places.send)

    assert [(how, path, json.loads(body)["size"]) for how, path, body, _ in shelf.kept] == [
        ("POST", "/audit", 1), ("POST", "/audit", 2), ("POST", "/audit", 3)]


def test_a_place_that_is_away_holds_up_no_other(shelf: Shelf, tmp_path: Path) -> None:
    written(tmp_path, 1)
    with pytest.raises(CopyFailed, match=r"could not be copied to http://127\.0\.0\.1:9/"):
        copies.copy(tmp_path, ["http://127.0.0.1:9/", shelf.url], places.send)

    assert len(shelf.kept) == 1


def test_in_a_store_each_is_a_new_object_that_writes_over_none(shelf: Shelf, tmp_path: Path) -> None:
    written(tmp_path, 7)
    copies.copy(tmp_path, ["s3://attune-audit/shop"], places.send)
    [(how, path, body, only_if)] = shelf.kept
    assert (how, path, only_if) == ("PUT", "/attune-audit/shop/000000000007-1700000000000000.json", "*")
    assert json.loads(body) == asdict(replace(WRITTEN, size=7))

    written(tmp_path, 8)
    shelf.answers = [412]  # it is there: the answer to an earlier try was lost
    assert copies.copy(tmp_path, ["s3://attune-audit/shop"], places.send) > 0
    written(tmp_path, 9)
    shelf.answers = [403]
    with pytest.raises(CopyFailed, match="403"):
        copies.copy(tmp_path, ["s3://attune-audit/shop"], places.send)


@pytest.mark.parametrize(("given", "found"), [
    ("", ()), ("https://audit.example.org/in s3://kept/here", ("https://audit.example.org/in", "s3://kept/here")),
])
def test_where_copies_go_is_a_setting(tmp_path: Path, given: str, found: tuple[str, ...]) -> None:
    assert settings.load({"ATTUNE_VAR": str(tmp_path), "ATTUNE_CHECKPOINT_COPIES": given}).checkpoint_copies == found


@pytest.mark.parametrize(("name", "value"), [
    ("ATTUNE_CHECKPOINT_COPIES", "ftp://x"), ("ATTUNE_CHECKPOINT_COPIES", "https://user@host/x"),
    ("ATTUNE_CHECKPOINT_COPIES", "somewhere"), ("ATTUNE_CHECKPOINT_RECORDS", "0"),
    ("ATTUNE_CHECKPOINT_SECONDS", "soon"),
])
def test_a_setting_nothing_can_be_made_of_is_refused_with_what_to_do(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        settings.load({"ATTUNE_VAR": str(tmp_path), name: value})


def test_a_public_key_is_read_as_it_was_written_and_nothing_else_is(tmp_path: Path) -> None:
    path = tmp_path / "attune.pub"
    path.write_text(signing.as_hex(PUBLIC) + "\n")
    assert signing.as_hex(signing.read(path)) == signing.as_hex(PUBLIC)
    path.write_text("-----BEGIN PUBLIC KEY-----")
    with pytest.raises(signing.NoKey, match="64 hex digits"):
        signing.read(path)
