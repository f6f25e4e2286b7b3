"""When people are there, and when they are back, as protocol.yml says (HND-3)."""

import re
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from attune.errors import InvalidFile
from attune.policy import hours, protocol
from attune.policy.hours import LOOKED_AHEAD, Hours
from attune.policy.waiting import back
from attune.settings import LAYER

SHIPPED = (LAYER / "protocol.yml").read_text()
TABLE = yaml.safe_load((Path(__file__).parents[1] / "tables/policy/hours.yml").read_text())
SLIPS = yaml.safe_load((Path(__file__).parents[1] / "tables/policy/hours_slips.yml").read_text())


def written(folder: Path, lines: str) -> Path:
    """A protocol with these lines of hours."""
    path = folder / "protocol.yml"
    path.write_text(SHIPPED.replace("hours: []\n", lines))
    return path


@pytest.fixture
def read(tmp_path: Path) -> tuple[Hours, ...]:
    return protocol.load(written(tmp_path, TABLE["protocol"])).hours


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: f"{case['queue']} {case['at']}")
def test_hnd_3_closed_hours_are_said_and_open_ones_are_not(
    case: dict[str, str | None], read: tuple[Hours, ...],
) -> None:
    at = datetime.fromisoformat(str(case["at"]))

    assert back(str(case["queue"]), read, at) == case["back"]


@pytest.mark.parametrize("case", SLIPS, ids=lambda case: case["says"])
def test_a_slip_in_the_hours_is_named_with_its_line(tmp_path: Path, case: dict[str, str]) -> None:
    path = written(tmp_path, case["hours"])
    text = path.read_text()
    line = text[:text.index(case["at"])].count("\n") + 1

    with pytest.raises(InvalidFile) as slip:
        protocol.load(path)

    assert str(slip.value).startswith(f"{path}:{line}: {case['says']}")


def test_the_example_in_the_documentation_is_in_order(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "waiting.md").read_text()
    [example] = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    lines = protocol.load(written(tmp_path, example)).hours

    assert [line.always for line in lines] == [True, False]


def test_without_hours_people_are_there_at_any_time(tmp_path: Path) -> None:
    assert protocol.load().hours == ()
    assert protocol.load(written(tmp_path, "")).hours == ()
    assert back("general", (), datetime(2026, 12, 25, 3, tzinfo=timezone.utc)) is None


def test_a_team_that_is_never_back_is_said_to_be_back_another_day() -> None:
    monday = date(2026, 1, 5)
    always_closed = frozenset(monday + timedelta(7 * week) for week in range(LOOKED_AHEAD // 7 + 2))
    line = Hours(ZoneInfo("UTC"), (((0, 60),), (), (), (), (), (), ()), always_closed)

    assert back("general", [line], datetime(2026, 1, 5, 0, 30, tzinfo=timezone.utc)) == "another day"


spans = st.lists(st.integers(0, 48), max_size=6, unique=True).map(sorted).map(
    lambda halves: tuple((30 * start, 30 * end) for start, end in zip(halves[::2], halves[1::2], strict=False)))
lines = st.builds(
    Hours, st.sampled_from(["UTC", "Europe/London", "America/New_York", "Pacific/Auckland"]).map(ZoneInfo),
    st.tuples(*[spans] * 7), st.frozensets(st.dates(date(2026, 3, 1), date(2026, 4, 30)), max_size=5),
)
moments = st.datetimes(datetime(2026, 3, 1), datetime(2026, 4, 30), timezones=st.just(timezone.utc))


@given(lines, moments)
def test_the_team_is_there_when_it_is_said_to_be_back_and_never_before(line: Hours, at: datetime) -> None:
    opens = line.opens(at)

    if opens is None:
        assert not any(line.week)
        return
    assert line.is_open(opens)
    assert opens > at - timedelta(hours=1)  # in the hour that comes twice the clock reads less than it is
    if not line.is_open(at):
        steps = (opens.astimezone(timezone.utc) - at) // timedelta(minutes=10)
        assert not any(line.is_open(at + timedelta(minutes=10 * step)) for step in range(steps))


@given(st.text(), lines)
def test_a_line_for_some_queues_is_for_no_other(queue: str, line: Hours) -> None:
    own = Hours(line.zone, line.week, line.closed, frozenset({"care"}))

    assert hours.of(queue, [own]) is (own if queue == "care" else None)
    assert hours.of(queue, [own, line]) is (own if queue == "care" else line)
