"""A browser opens the conversation it was given, and no other."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from attune.channel.session import MAX_AGE, Session, TokenRefused, seal, unseal

KEY = "0123abcd"
SESSION = Session("conversation", 1000.0, "en-IE")


@pytest.mark.parametrize("now", [1000.0, 1000.0 + MAX_AGE - 1])
def test_a_fresh_token_opens_its_conversation(now: float) -> None:
    assert unseal(seal(SESSION, KEY), KEY, now) == SESSION


@pytest.mark.parametrize("now", [999.0, 1000.0 + MAX_AGE, 1e12])
def test_an_expired_or_future_token_is_refused(now: float) -> None:
    with pytest.raises(TokenRefused, match=r"has expired\. Start a new conversation"):
        unseal(seal(SESSION, KEY), KEY, now)


@pytest.mark.parametrize("token", [None, "", "x", "a.b", seal(SESSION, "another key")])
def test_what_we_did_not_sign_is_refused(token: str | None) -> None:
    with pytest.raises(TokenRefused):
        unseal(token, KEY, 1000.0)


@given(st.integers(0, 200), st.characters(min_codepoint=33, max_codepoint=126))
def test_no_changed_character_goes_unnoticed(place: int, character: str) -> None:
    token = seal(SESSION, KEY)
    changed = token[:place % len(token)] + character + token[place % len(token) + 1:]
    assume(changed != token)
    # the last character of base64 carries spare bits: the same signature, so nothing was changed
    assume(place % len(token) != len(token) - 1)

    with pytest.raises(TokenRefused):
        unseal(changed, KEY, 1000.0)


@given(st.text())
def test_nothing_written_by_hand_opens_anything(token: str) -> None:
    with pytest.raises(TokenRefused):
        unseal(token, KEY, 1000.0)
