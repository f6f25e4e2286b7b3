"""Runs the desk: `python -m attune.desk`."""

import logging
import sys

import uvicorn

from attune import settings
from attune.desk.app import create
from attune.errors import AttuneError


def main() -> int:
    """Serve the desk until told to stop; returns the exit code."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs addresses, and ours hold Rasa's token
    try:
        here = settings.load()
        app = create(here)
    except AttuneError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    uvicorn.run(app, host=here.host, port=here.desk_port, log_level="warning", ws="none",
                timeout_graceful_shutdown=1)  # no websockets: Rasa holds that library at a version uvicorn cannot use
    return 0


if __name__ == "__main__":
    sys.exit(main())
