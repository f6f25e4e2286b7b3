"""The operator's choices, and the headers that keep other sites out."""

import pytest

from attune.channel.credentials import ChannelMisconfigured, Credentials, read
from attune.channel.headers import SECURITY, is_json, is_same_origin


def test_cri_5_without_choices_the_country_is_unknown() -> None:
    assert Credentials(title="Customer support", country=None) == read(None)


def test_choices_are_read() -> None:
    given = {"title": "Larkfield", "country": "GB", "origins": ["https://shop.example"], "secure": True}

    assert Credentials("Larkfield", "GB", frozenset({"https://shop.example"}), secure=True) == read(given)


@pytest.mark.parametrize("given", [
    {"country": False}, {"country": "gb"}, {"country": "England"}, {"country": "G1"}, {"contry": "GB"},
    {"origins": "https://shop.example"},
])
def test_a_choice_that_cannot_be_meant_stops_the_start(given: dict[str, object]) -> None:
    with pytest.raises(ChannelMisconfigured, match=r"credentials\.yml"):
        read(given)


SAME = [{}, {"origin": "http://shop:5005", "host": "shop:5005"}, {"origin": "https://listed.example", "host": "shop"}]
OTHER = [
    {"origin": "https://evil.example", "host": "shop"}, {"origin": "null", "host": "shop"},
    {"origin": "http://shop:1", "host": "shop:5005"}, {"origin": "", "host": ""},
    {"origin": "http://shop.evil", "host": "shop"},
]


@pytest.mark.parametrize("headers", SAME)
def test_our_own_page_may_post(headers: dict[str, str]) -> None:
    assert is_same_origin(headers, {"https://listed.example"})


@pytest.mark.parametrize("headers", OTHER)
def test_another_page_may_not_post(headers: dict[str, str]) -> None:
    assert not is_same_origin(headers, {"https://listed.example"})


@pytest.mark.parametrize(("content_type", "expected"), [
    ("application/json", True), ("application/json; charset=utf-8", True), ("text/plain", False),
    ("application/x-www-form-urlencoded", False), ("", False), ("application/jsonp", False),
])
def test_only_declared_json_is_taken(content_type: str, expected: bool) -> None:
    assert expected == is_json({"content-type": content_type})


def test_no_script_or_style_from_elsewhere_or_in_the_page_runs() -> None:
    policy = SECURITY["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
