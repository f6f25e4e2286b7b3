"""Put the pinned uv into .tools/bin from PyPI, with any Python 3.8 or newer and its standard library alone."""

# ruff: noqa: T201, UP006, UP031, UP035, UP036, RUF005
import hashlib
import os
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import Dict, List, Tuple
from urllib.parse import urljoin

UV = "0.13.8"
PIP = "pip-25.0.1-py3-none-any.whl"
PIP_SHA256 = "c46efd13b6aa8279f33f2864459c8ce587ea6a1a59ee20de055868d8f7688f7f"
PYPI = "https://pypi.org/simple"
TOOLS = Path(__file__).resolve().parent.parent / ".tools"

# pip 25 on Python 3.8 and 3.9 asks distutils for folders, which Debian ships apart; sysconfig knows them as well.
RUN_PIP_WHEEL = (
    "import runpy, sys, sysconfig; sysconfig._PIP_USE_SYSCONFIG = True; "
    "sys.path.insert(0, sys.argv.pop(1)); runpy.run_module('pip', run_name='__main__', alter_sys=True)"
)
OFFLINE = ("from versions: none", "NewConnectionError", "name resolution", "timed out", "ProxyError")


class BootstrapFailed(Exception):
    """The sentence a person reads."""


def main() -> int:
    """Install uv unless it is there; print its path."""
    if sys.version_info < (3, 8):
        print("This needs Python 3.8 or newer to fetch uv, but %s is %d.%d. Set PYTHON to a newer one: make PYTHON=..."
              % ((sys.executable,) + sys.version_info[:2]), file=sys.stderr)
        return 1
    uv = TOOLS / "bin" / "uv"
    try:
        if not (uv.exists() and (TOOLS / f"uv-{UV}.dist-info" / "RECORD").exists()):
            install(f"uv=={UV}", TOOLS)
    except BootstrapFailed as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"uv cannot be written into {TOOLS}: {error.strerror or error}. Make room or give rights there, "
              "then run this again.", file=sys.stderr)
        return 1
    print(uv)
    return 0


def install(requirement: str, target: Path) -> None:
    """Install with the pip at hand, or with pip's own wheel where there is none (Debian's python3) or it is too old."""
    print(f"Fetching {requirement} from {index()} ...", file=sys.stderr)
    if _works([sys.executable, "-m", "pip", "--version"]):
        code, output = _run(_pip_install([sys.executable, "-m", "pip"], requirement, target))
        if code == 0:
            return
        if _offline(output):
            raise BootstrapFailed(_unreachable("no version of uv was offered"))
    with tempfile.TemporaryDirectory() as folder:
        wheel = fetch_pip(Path(folder))
        code, output = _run(_pip_install([sys.executable, "-c", RUN_PIP_WHEEL, str(wheel)], requirement, target))
    if code:
        raise BootstrapFailed(_unreachable("pip found nothing there") if _offline(output) else _refused(output, target))


def fetch_pip(folder: Path) -> Path:
    """Download pip's wheel; raises BootstrapFailed where it is out of reach or not the known one."""
    page_url = index().rstrip("/") + "/pip/"
    links = re.findall(r'href="([^"]+)"', _get(page_url).decode("utf-8", "replace"))
    found = [urljoin(page_url, link.split("#")[0]) for link in links if f"/{PIP}" in link or link.startswith(PIP)]
    if not found:
        raise BootstrapFailed(f"{page_url} does not offer {PIP}. Set PIP_INDEX_URL to a complete mirror of PyPI.")
    content = _get(found[0])
    if hashlib.sha256(content).hexdigest() != PIP_SHA256:
        raise BootstrapFailed(f"{found[0]} is not the known {PIP} (its SHA-256 differs), so it was not used. "
                              "Set PIP_INDEX_URL to an index you trust.")
    wheel = folder / PIP
    wheel.write_bytes(content)
    return wheel


def index() -> str:
    """The package index, as pip would choose it."""
    return os.environ.get("PIP_INDEX_URL") or PYPI


def _pip_install(pip: List[str], requirement: str, target: Path) -> List[str]:
    options = ["--quiet", "--no-input", "--disable-pip-version-check", "--retries", "2", "--only-binary", ":all:"]
    return [*pip, "install", *options, "--upgrade", "--target", str(target), requirement]


def _environment() -> Dict[str, str]:
    return {**os.environ, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0", "PIP_ROOT_USER_ACTION": "ignore"}


def _run(command: List[str]) -> Tuple[int, str]:
    done = subprocess.run(  # noqa: S603 - our own words
        command, env=_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        check=False,
    )
    return done.returncode, done.stdout.decode("utf-8", "replace")


def _works(command: List[str]) -> bool:
    return _run(command)[0] == 0


def _get(url: str) -> bytes:
    request = urllib.request.Request(url, headers={"Accept": "text/html, */*;q=0.1"})  # noqa: S310 - the index the user chose
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            content: bytes = answer.read()
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        raise BootstrapFailed(_unreachable(str(getattr(error, "reason", error)))) from error
    return content


def _offline(output: str) -> bool:
    return any(sign in output for sign in OFFLINE)


def _unreachable(why: str) -> str:
    return (f"{index()} cannot be reached ({why}). Connect to the network or set PIP_INDEX_URL to a mirror, "
            "then run this again.")


def _refused(output: str, target: Path) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")] or lines or ["pip said nothing"]
    return f"pip could not install uv=={UV} into {target}: {errors[-1].replace('ERROR: ', '').rstrip('.')}."


if __name__ == "__main__":
    sys.exit(main())
