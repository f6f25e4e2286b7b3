"""uv from a package index with nothing but a Python: tried with a small index of our own and a Python without pip."""

import ast
import base64
import ensurepip
import functools
import hashlib
import http.server
import os
import re
import subprocess
import threading
import venv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from fixtures.stack import free_ports

pytestmark = pytest.mark.stack

SCRIPT = Path(__file__).parents[2] / "tools" / "bootstrap.py"
UV = "uv-0.13.8"
BUNDLED = next((Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl"))


@dataclass(frozen=True)
class Machine:
    """A checkout with nothing in it but the script, a Python and an index."""

    folder: Path
    python: Path
    index: str

    def bootstrap(self, **environ: str) -> "subprocess.CompletedProcess[str]":
        """Run the script as make does."""
        settings = {"PATH": os.environ["PATH"], "PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": self.index}
        return subprocess.run([str(self.python), "-E", str(self.folder / "tools" / "bootstrap.py")],
                              env={**settings, **environ}, capture_output=True, text=True, check=False)

    @property
    def uv(self) -> Path:
        """Where uv must be in the end."""
        return self.folder / ".tools" / "bin" / "uv"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A package index that offers the pip of this Python and a uv that only says its name."""
    folder = tmp_path_factory.mktemp("index")
    for name, wheel in (("pip", BUNDLED.read_bytes()), ("uv", None)):
        (folder / name).mkdir()
        path = folder / name / (BUNDLED.name if wheel else f"{UV}-py3-none-any.whl")
        path.write_bytes(wheel) if wheel else _say_name(path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        (folder / name / "index.html").write_text(f'<a href="{path.name}#sha256={digest}">{path.name}</a>')
    handler = functools.partial(QuietHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


def _say_name(path: Path) -> None:
    files = {
        f"{UV}.data/scripts/uv": b"#!/bin/sh\necho uv 0.13.8\n",
        f"{UV}.dist-info/METADATA": b"Metadata-Version: 2.1\nName: uv\nVersion: 0.13.8\n",
        f"{UV}.dist-info/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},sha256={_digest(data)},{len(data)}\n" for name, data in files.items())
    with zipfile.ZipFile(path, "w") as wheel:
        for name, data in {**files, f"{UV}.dist-info/RECORD": f"{record}{UV}.dist-info/RECORD,,\n".encode()}.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o100755 << 16  # a regular file that runs
            wheel.writestr(entry, data)


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python without pip, as Debian's is."""
    folder = tmp_path_factory.mktemp("bare") / "venv"
    venv.create(folder, with_pip=False)
    return folder / "bin" / "python"


@pytest.fixture
def machine(tmp_path: Path, index: str, bare_python: Path) -> Machine:
    """The script as it stands, knowing the pip our own index offers."""
    known = hashlib.sha256(BUNDLED.read_bytes()).hexdigest()
    script = re.sub(r'^PIP = ".*"', f'PIP = "{BUNDLED.name}"', SCRIPT.read_text(), flags=re.MULTILINE)
    script = re.sub(r'^PIP_SHA256 = ".*"', f'PIP_SHA256 = "{known}"', script, flags=re.MULTILINE)
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "bootstrap.py").write_text(script)
    return Machine(tmp_path, bare_python, index)


def test_a_python_without_pip_is_enough(machine: Machine) -> None:
    done = machine.bootstrap()

    assert (done.returncode, done.stdout) == (0, f"{machine.uv}\n"), done.stderr
    assert subprocess.run([machine.uv], capture_output=True, text=True, check=True).stdout == "uv 0.13.8\n"


def test_what_is_there_is_not_fetched_again(machine: Machine) -> None:
    machine.bootstrap()
    done = machine.bootstrap(PIP_INDEX_URL="http://127.0.0.1:9/nowhere")

    assert (done.returncode, done.stdout, done.stderr) == (0, f"{machine.uv}\n", "")


def test_another_version_is_replaced(machine: Machine) -> None:
    machine.uv.parent.mkdir(parents=True)
    machine.uv.write_text("#!/bin/sh\necho uv 0.0.1\n")
    done = machine.bootstrap()

    assert done.returncode == 0, done.stderr
    assert "0.13.8" in machine.uv.read_text()


def test_an_index_out_of_reach_is_one_sentence(machine: Machine) -> None:
    nowhere = f"http://127.0.0.1:{free_ports(1)[0]}"
    done = machine.bootstrap(PIP_INDEX_URL=nowhere)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1].startswith(f"{nowhere} cannot be reached (")
    assert "Traceback" not in done.stderr


def test_bytes_that_are_not_the_known_ones_are_not_run(machine: Machine) -> None:
    script = machine.folder / "tools" / "bootstrap.py"
    known = re.search(r'PIP_SHA256 = "(.*)"', script.read_text())
    assert known
    script.write_text(script.read_text().replace(known[1], "0" * 64))
    done = machine.bootstrap()

    assert done.returncode == 1
    assert "its SHA-256 differs" in done.stderr
    assert not machine.uv.exists()


def test_a_folder_that_cannot_be_made_is_one_sentence(machine: Machine) -> None:
    (machine.folder / ".tools").write_text("a file in the way")
    done = machine.bootstrap()

    assert done.returncode == 1
    assert str(machine.folder / ".tools") in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_the_script_reads_on_python_3_8() -> None:
    """Newer grammar would be a SyntaxError where a sentence is due."""
    assert ast.parse(SCRIPT.read_text(), feature_version=(3, 8))
