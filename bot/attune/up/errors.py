"""What can go wrong on the way up, each in one sentence."""

from pathlib import Path

from attune.errors import AttuneError


class NoProject(AttuneError):
    """The command was given outside a Rasa project."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} holds no config.yml. Go to the folder of a Rasa project and start again.")


class NoActions(AttuneError):
    """Which package holds the custom actions cannot be told."""

    def __init__(self, found: list[str]) -> None:
        seen = f"more than one package ({', '.join(found)})" if found else "no package"
        super().__init__(f"actions/ holds {seen}, so name the package of your custom actions with --actions.")


class PortTaken(AttuneError):
    """Another program answers where one of ours should."""

    def __init__(self, what: str, host: str, port: int, variable: str) -> None:
        super().__init__(f"Port {port} on {host}, meant for the {what}, is taken. "
                         f"Stop the program that uses it, or set {variable} to a free port.")


class HostRefused(AttuneError):
    """The machine does not have the address to listen on."""

    def __init__(self, host: str, why: str) -> None:
        super().__init__(f"This machine cannot listen on {host} ({why}). Set ATTUNE_HOST to an address it has.")


class NoModel(AttuneError):
    """Training was forbidden and there is nothing trained."""

    def __init__(self, model: Path) -> None:
        super().__init__(f"There is no trained model at {model}. Start without --no-train, or run `make train`.")


class TrainingFailed(AttuneError):
    """Rasa gave up training."""

    def __init__(self, words: str, log: Path) -> None:
        super().__init__(f"Training failed: {words} (all of it: {log})")


class ProcessDied(AttuneError):
    """A process ended that should have gone on."""

    def __init__(self, name: str, code: int, words: str, log: Path) -> None:
        super().__init__(f"The {name} stopped by itself (exit code {code}): {words} (all of it: {log})")


class NotReady(AttuneError):
    """A process runs but did not answer in time."""

    def __init__(self, names: list[str], seconds: float, log: Path) -> None:
        super().__init__(f"The {' and the '.join(names)} did not answer within {seconds:.0f} seconds. "
                         f"See {log} for what happened.")


class NotForProduction(AttuneError):
    """`attune check --production` found errors."""

    def __init__(self, errors: int) -> None:
        super().__init__(f"Nothing was started: {errors} errors stand between this and production. "
                         "`attune check --production` lists them; without --production it starts as a trial.")
