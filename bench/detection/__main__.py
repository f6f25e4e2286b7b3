"""How well the reader hears, beside its peers: `python bench/detection --help`."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # so that its modules have the names the tests know them by

from detection.command import main  # noqa: E402

if __name__ == "__main__":
    main(prog_name="python bench/detection")
