"""docs/records.md names every kind of Record."""

import re
from pathlib import Path
from typing import get_args

from attune.audit.record import Kind

PAGE = Path(__file__).parents[2] / "docs" / "records.md"


def test_the_page_has_one_line_for_every_kind_and_no_other() -> None:
    named = re.findall(r"^\| `(\w+)` \|", PAGE.read_text(), re.MULTILINE)

    assert sorted(named) == sorted(get_args(Kind))
