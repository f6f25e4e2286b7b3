"""The drift report as a file: whole without the quotes where they cannot be read, and its owner's alone with them."""

import html
import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from attune.cli import main
from attune.rights import quotable
from attune.rights.stores import Stores
from rights.test_quotable import asks, consent, report, said, shown, talk, ten_who_agree, wrote, yesterday

__all__ = ["asks", "yesterday"]


@pytest.mark.parametrize(("endpoints", "why"), [
    (None, "There is neither"), ("type: redis", "in a store of type 'redis'"),
    ("type: SQL\n  dialect: postgresql\n  url: 127.0.0.1\n  port: 1\n  db: rasa", "conversations does not answer: "),
    ("type: SQL\n  dialect: sqlite\n  db: endpoints.yml", "conversations does not answer: file is not a database"),
])
@pytest.mark.usefixtures("asks", "var")
def test_a_store_that_cannot_be_read_costs_the_quotes_and_not_the_report(
        endpoints: str | None, why: str, tmp_path: Path) -> None:
    file = tmp_path / "endpoints.yml"
    file.unlink()
    if endpoints:
        file.write_text(f"tracker_store:\n  {endpoints}\n")
    done, as_json = (CliRunner().invoke(main, ["drift", "report", *more]) for more in ([], ["--json"]))

    assert (done.exit_code, as_json.exit_code) == (0, 0)
    assert "Not shown, because they could not be read." in done.stdout
    assert why in html.unescape(done.stdout)
    assert f"because they could not be read. {json.loads(as_json.stdout)['withheld']}" in as_json.stderr
    assert why in done.stderr
    assert json.loads(as_json.stdout)["quotes"] is None


@pytest.mark.parametrize("before", [None, 0o644])
@pytest.mark.usefixtures("asks")
def test_con_5_a_page_with_quotes_is_its_owners_alone(
        place: Stores, yesterday: float, tmp_path: Path, before: int | None) -> None:
    out = tmp_path / "monday.html"
    if before:
        out.write_text("what was there before, and is longer than nothing")
        out.chmod(before)
    ten_who_agree(place, yesterday)
    report("--out", str(out))

    assert out.read_text(encoding="utf-8").count("<q>") == 10
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


@pytest.mark.usefixtures("asks", "place")
def test_a_page_without_quotes_is_a_file_like_any_other(tmp_path: Path) -> None:
    out, other = tmp_path / "monday.html", tmp_path / "other"
    other.touch()
    report("--out", str(out))

    assert out.stat().st_mode == other.stat().st_mode
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_messages_of_whom_nothing_would_be_shown_are_not_read(place: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = list[str]()
    monkeypatch.setattr(quotable, "_danger", lambda: heard.append)
    talk(place, "first", [*consent("granted"), *said(wrote("coat"))])
    understood = {"intent": {"name": "order_status", "confidence": 0.9}, "entities": []}
    talk(place, "second", [*consent("granted"), {"event": "user", "text": "where is it", "parse_data": understood,
                                                 "input_channel": "web", "metadata": {}}])
    shown(place)

    assert heard == [wrote("coat")]
