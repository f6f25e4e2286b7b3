"""No secret has a default that works where other machines can try to guess it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from attune import settings
from attune.errors import SettingsError
from attune.settings import SHORTEST_SECRET, weakness
from fixtures.attune_command import attune
from fixtures.stack import own_environment

TABLE = YAML(typ="safe").load(Path(__file__).parents[1] / "tables" / "settings" / "secrets.yml")


def given_environ(case: Mapping[str, object], var: Path) -> dict[str, str]:
    secret = {} if case["secret"] is None else {"ATTUNE_SECRET": str(case["secret"])}
    return {"ATTUNE_VAR": str(var), **secret, **case["environ"]}  # type: ignore[dict-item]


@pytest.mark.parametrize("case", TABLE, ids=str)
def test_con_5_a_guessable_secret_is_refused_wherever_it_could_be_guessed(
    tmp_path: Path, case: Mapping[str, object],
) -> None:
    environ = given_environ(case, tmp_path)
    if case["refused"] is None:
        assert settings.load(environ).secret
        return
    with pytest.raises(SettingsError) as refused:
        settings.load(environ)

    assert str(case["refused"]) in str(refused.value)
    assert str(refused.value).endswith(".")
    assert not (case["secret"] and str(case["secret"]) in str(refused.value))  # it may reach a log


def test_the_secret_made_for_one_machine_is_strong_kept_and_its_owners_alone(tmp_path: Path) -> None:
    first, again = (settings.load({"ATTUNE_VAR": str(tmp_path)}).secret for _ in range(2))

    assert first == again
    assert weakness(first) is None
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


def test_every_other_key_derives_from_the_secret_and_each_is_another(tmp_path: Path) -> None:
    here = settings.load({"ATTUNE_VAR": str(tmp_path)})
    keys = [here.key(purpose) for purpose in ("rasa-api", "desk-session", "desk-form", "desk-address")]

    assert len({here.secret, *keys}) == 5
    assert all(weakness(key) is None for key in keys)


@given(st.text(max_size=SHORTEST_SECRET - 1))
def test_whatever_is_too_short_is_weak(secret: str) -> None:
    assert weakness(secret)


@given(st.binary(min_size=32, max_size=48).filter(lambda key: len(set(key)) > 16))
def test_random_bytes_in_hexadecimal_are_not(key: bytes) -> None:
    assert weakness(key.hex()) is None


@pytest.mark.parametrize(("url", "link", "is_private"), [
    (None, "http://127.0.0.1:8080", True), ("https://desk.example.org/", "https://desk.example.org", False),
    ("http://127.0.0.1:9000", "http://127.0.0.1:9000", True),
])
def test_people_open_the_desk_where_its_proxy_answers(
    tmp_path: Path, url: str | None, link: str, is_private: bool,
) -> None:
    environ = {"ATTUNE_VAR": str(tmp_path), "ATTUNE_SECRET": "9f86d081884c7d659a2feaa0c55ad015"}
    here = settings.load(environ | ({"ATTUNE_DESK_URL": url} if url else {}))

    assert (here.desk_link, here.desk_is_private) == (link, is_private)


GOOD = {"ATTUNE_HOST": "0.0.0.0", "ATTUNE_SECRET": "9f86d081884c7d659a2feaa0c55ad015"}


@pytest.mark.slow
@pytest.mark.parametrize(("environ", "said"), [
    ({"ATTUNE_HOST": "0.0.0.0"}, "ATTUNE_SECRET is not set"),
    (GOOD, "attune desk add NAME --role admin"),
    (GOOD | {"ATTUNE_DESK_PROXY_HEADER": "X-Forwarded-User"}, "ATTUNE_DESK_PROXY_SECRET is not set"),
    ({"ATTUNE_SUPERVISOR_URL": "http://pages.example.org"}, "ATTUNE_SUPERVISOR_URL is no https address"),
])
def test_the_desk_itself_refuses_in_one_sentence(tmp_path: Path, environ: dict[str, str], said: str) -> None:
    run = subprocess.run([sys.executable, "-m", "attune.desk"], capture_output=True, text=True, timeout=60, check=False,
                         env={**os.environ, **own_environment(tmp_path), **environ})

    assert (run.returncode, run.stdout) == (1, "")
    assert said in run.stderr
    assert run.stderr.count("\n") == 1


@pytest.mark.slow
@pytest.mark.parametrize(("environ", "said"), [
    ({"ATTUNE_HOST": "0.0.0.0"}, "ATTUNE_SECRET is not set"), (GOOD, "attune desk add NAME --role admin"),
])
def test_attune_up_refuses_in_one_sentence_before_it_starts_anything(
    tmp_path: Path, environ: dict[str, str], said: str,
) -> None:
    (tmp_path / "config.yml").write_text("language: en\n")
    run = attune("up", folder=tmp_path, environ={**own_environment(tmp_path / "var"), **environ})

    assert (run.returncode, run.stdout) == (1, "")
    assert said in run.stderr
    assert run.stderr.count("\n") == 1
