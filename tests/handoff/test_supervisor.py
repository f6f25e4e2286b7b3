"""Where pages go: an address nobody else can listen at, and a secret that makes forgery visible, or a refusal."""

import base64

import pytest

from attune.errors import SettingsError
from attune.handoff.supervisor import SECRET, URL, load

GOOD = "whsec_" + base64.b64encode(b"k" * 24).decode()


def environ(url: str | None, secret: str | None = GOOD) -> dict[str, str]:
    return {name: value for name, value in ((URL, url), (SECRET, secret)) if value is not None}


@pytest.mark.parametrize("url", [
    "https://pages.example.org/attune", "http://127.0.0.1:9000/x", "http://localhost/x", "http://[::1]:9000/",
])
def test_a_safe_address_is_taken(url: str) -> None:
    found = load(environ(url))

    assert found
    assert (found.url, found.secret) == (url, GOOD)
    assert GOOD not in repr(found)


@pytest.mark.parametrize("url", [
    "http://pages.example.org/attune", "http://10.0.0.7/x", "ftp://localhost/x", "pages.example.org", "https://",
    "https://[", "//pages.example.org",
])
def test_an_address_others_could_read_is_refused_in_a_sentence(url: str) -> None:
    with pytest.raises(SettingsError, match=f"^{URL} is no https address, .* begins with https://"):
        load(environ(url))


@pytest.mark.parametrize("secret", [
    None, "", "whsec_", "whsec_c2hvcnQ=", "whsec_not base64!", GOOD.removeprefix("whsec_"),
    "whsec_" + base64.b64encode(b"k" * 23).decode(),
])
def test_a_secret_that_proves_nothing_is_refused_in_a_sentence(secret: str | None) -> None:
    with pytest.raises(SettingsError, match=f"^{SECRET} is not whsec_ and 24 bytes or more"):
        load(environ("https://pages.example.org", secret))


@pytest.mark.parametrize("found", [{}, {URL: ""}, {SECRET: GOOD}], ids=str)
def test_without_an_address_nobody_is_paged(found: dict[str, str]) -> None:
    assert load(found) is None
