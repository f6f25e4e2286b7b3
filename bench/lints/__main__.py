"""How well the lints find wordings that must not be said, beside a plain list: `python bench/lints --help`."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # so that its modules have the names the tests know them by

from lints.command import main  # noqa: E402

if __name__ == "__main__":
    main(prog_name="python bench/lints")
