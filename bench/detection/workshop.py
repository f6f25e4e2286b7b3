"""Where peers are made: from which lines, how thoroughly, and where what they learned is put."""

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from attune.signals.lines import Line


@dataclass(frozen=True)
class Workshop:
    """All peers learn from the same `lines`; `quick`: just enough to see that everything runs."""

    lines: Sequence[Line]
    folder: Path
    quick: bool = False

    def made(self, name: str, facts: str, make: Callable[[Path], None]) -> Path:
        """The folder of what was learned from these lines under these facts; made unless it is there already."""
        told = "\n".join([facts, *map(repr, self.lines)])
        folder = self.folder / f"{name}-{hashlib.sha256(told.encode('utf-8', 'replace')).hexdigest()[:16]}"
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=self.folder) as half_made:
                begun = Path(half_made) / name
                begun.mkdir()
                make(begun)
                begun.rename(folder)  # so that a folder of this name is always a whole one
        return folder
