"""Rasa's own command line with the API key added, which as an argument every local user could read in `ps`."""

import runpy
import sys

from attune.settings import load

if __name__ == "__main__":
    sys.argv[0] = "rasa"
    sys.argv.append(f"--auth-token={load().key('rasa-api')}")
    runpy.run_module("rasa", run_name="__main__", alter_sys=True)
