"""Where copies of checkpoints can be taken: an HTTP address, or a store of objects that speaks S3 (AUD-4)."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx

from attune.errors import AttuneError

PATIENCE = 10.0
"""Seconds to wait for an answer."""

Send = Callable[[str, str, bytes], None]
"""Puts a line under a name at an address; raises CopyFailed."""


class CopyFailed(AttuneError):
    """A checkpoint could not be taken to a place."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"A checkpoint of the audit could not be copied to {url}: {why}. It is tried again and "
                         "nothing is lost meanwhile. Look at ATTUNE_CHECKPOINT_COPIES.")


def send(url: str, name: str, line: bytes) -> None:
    """POST to an HTTP address, or make a new object in a store; raises CopyFailed."""
    (_put if url.startswith("s3:") else _post)(url, name, line)


def _post(url: str, name: str, line: bytes) -> None:
    try:
        headers = {"Content-Type": "application/json", "Idempotency-Key": name}
        httpx.post(url, content=line, headers=headers, timeout=PATIENCE).raise_for_status()
    except httpx.HTTPError as problem:
        raise CopyFailed(url, str(problem) or type(problem).__name__) from problem


def _put(url: str, name: str, line: bytes) -> None:
    """A new object: one that is there already is never written over, whatever the store's rights allow."""
    import boto3  # noqa: PLC0415 - only who keeps copies in a store has to install it
    from botocore.config import Config  # noqa: PLC0415
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    parts = urlsplit(url)
    patience = Config(connect_timeout=PATIENCE, read_timeout=PATIENCE, retries={"total_max_attempts": 2})
    new = {"Bucket": parts.netloc, "Key": f"{parts.path.strip('/')}/{name}".lstrip("/"), "IfNoneMatch": "*"}
    try:
        boto3.client("s3", config=patience).put_object(**new, Body=line, ContentType="application/json")
    except ClientError as problem:
        if problem.response["ResponseMetadata"]["HTTPStatusCode"] != HTTPStatus.PRECONDITION_FAILED:  # else it is there
            raise CopyFailed(url, str(problem)) from problem
    except BotoCoreError as problem:
        raise CopyFailed(url, str(problem)) from problem
