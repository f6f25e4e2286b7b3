"""Starting, watching and stopping, with small real programs in place of the large ones."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from attune.up.errors import NotReady, ProcessDied
from attune.up.program import Program
from attune.up.progress import Progress
from attune.up.stack import Stack
from fixtures.processes import gone, with_variable
from fixtures.stack import free_ports

pytestmark = pytest.mark.stack

SLEEPS = "import time; time.sleep(600)"
SERVES = "import http.server as h, sys; h.test(h.SimpleHTTPRequestHandler, bind='127.0.0.1', port=int(sys.argv[1]))"
IS_DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); {SLEEPS}"
HAS_A_CHILD = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"
FAILS = "raise ValueError('the shop has burnt down')"


class Workshop:
    """Makes small programs, all marked by one setting in their environment."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.mark = folder, f"WORKSHOP={folder}"

    def program(self, name: str, source: str, *words: str, health: str | None = None) -> Program:
        command = (sys.executable, "-c", source, *words)
        return Program(name, command, self.folder, {"WORKSHOP": str(self.folder)}, health)

    def server(self, name: str) -> Program:
        port = str(free_ports(1)[0])
        return self.program(name, SERVES, port, health=f"http://127.0.0.1:{port}/")

    def stack(self, *programs: Program) -> Stack:
        return Stack(programs, self.folder / "log")


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    made = Workshop(tmp_path)
    yield made
    assert gone(made.mark), with_variable(made.mark)


def quiet() -> Progress:
    return Progress("Starting", sys.stderr, quiet=True)


def test_all_answer_and_all_are_gone_after_stop(workshop: Workshop) -> None:
    stack = workshop.stack(workshop.server("one"), workshop.server("two"))
    stack.start()
    stack.ready(quiet())

    assert len(with_variable(workshop.mark)) == 2
    stack.stop()
    assert with_variable(workshop.mark) == {}


def test_a_process_that_dies_is_named_with_its_last_words_and_its_log(workshop: Workshop) -> None:
    stack = workshop.stack(workshop.server("one"), workshop.program("two", FAILS))
    stack.start()
    with pytest.raises(ProcessDied) as caught:
        stack.watch()
    stack.stop()

    expected = "The two stopped by itself (exit code 1): ValueError: the shop has burnt down (all of it: "
    assert str(caught.value).startswith(expected)
    assert str(stack.log("two")) in str(caught.value)
    assert with_variable(workshop.mark) == {}


def test_a_process_that_dies_while_starting_ends_the_wait(workshop: Workshop) -> None:
    stack = workshop.stack(workshop.program("two", FAILS, health="http://127.0.0.1:9/"))
    stack.start()
    with pytest.raises(ProcessDied):
        stack.ready(quiet())
    stack.stop()


def test_a_process_that_never_answers_is_named(workshop: Workshop) -> None:
    nowhere = f"http://127.0.0.1:{free_ports(1)[0]}/"
    stack = workshop.stack(workshop.server("one"), workshop.program("two", SLEEPS, health=nowhere))
    stack.start()
    with pytest.raises(NotReady, match="The two did not answer within 1 seconds"):
        stack.ready(quiet(), patience=1.0)
    stack.stop()


def test_one_that_will_not_listen_is_ended_all_the_same(workshop: Workshop) -> None:
    stack = workshop.stack(workshop.program("deaf", IS_DEAF))
    stack.start()
    while "deaf" not in stack.log("deaf").read_text():
        time.sleep(0.02)
    stack.stop(grace=0.3)

    assert with_variable(workshop.mark) == {}


def test_what_a_program_started_ends_with_it(workshop: Workshop) -> None:
    stack = workshop.stack(workshop.program("parent", HAS_A_CHILD))
    stack.start()
    while len(with_variable(workshop.mark)) < 2:
        time.sleep(0.02)
    stack.kill("parent")

    assert gone(workshop.mark)


def test_a_killed_program_can_be_started_again_and_its_log_goes_on(workshop: Workshop) -> None:
    stack = workshop.stack(workshop.server("one"))
    for _ in range(2):
        stack.start()
        stack.ready(quiet())
        stack.kill("one")

    assert stack.log("one").read_text().count("GET / ") >= 2


DRIVER = """
import sys
from pathlib import Path
from attune.up.interrupt import interruptible
from attune.up.program import Program
from attune.up.stack import Stack

folder = Path(sys.argv[1])
sleeper = Program("sleeper", (sys.executable, "-c", "import time; time.sleep(600)"), folder, {"WORKSHOP": str(folder)})
stack = Stack([sleeper], folder / "log")
try:
    with interruptible():
        stack.start()
        print("up", flush=True)
        stack.watch()
except KeyboardInterrupt:
    pass
finally:
    stack.stop()
"""


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_every_polite_ending_leaves_nothing(workshop: Workshop, ending: signal.Signals) -> None:
    driver = _drive(workshop)
    driver.send_signal(ending)

    assert driver.wait(10) == 0
    assert with_variable(workshop.mark) == {}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_even_a_parent_that_is_killed_leaves_nothing(workshop: Workshop) -> None:
    driver = _drive(workshop)
    driver.kill()
    driver.wait(10)

    assert gone(workshop.mark)


def _drive(workshop: Workshop) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", DRIVER, str(workshop.folder)]
    driver = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert driver.stdout
    assert driver.stdout.readline() == "up\n"
    driver.stdout.close()
    return driver
