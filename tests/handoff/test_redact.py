"""Words leave a conversation without what identifies or pays."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.handoff.redact import redact

GONE = [
    ("mail me at jo.doe+x@shop.example.org please", "mail me at [e-mail] please"),
    ("Jo@Example.ORG", "[e-mail]"),
    ("my card 4111 1111 1111 1111 exp 12/27", "my card [card number] exp 12/27"),
    ("4111-1111-1111-1111", "[card number]"),
    ("4111111111111111", "[card number]"),
    ("order 4111 1111 1111 1111", "order [card number]"),
    ("IBAN DE89 3704 0044 0532 0130 00", "IBAN [account number]"),
    ("call +44 20 7946 0958", "call [phone number]"),
    ("call 020 7946 0958 or (020) 79460958", "call [phone number] or [phone number]"),
    ("555-010-4567", "[phone number]"),
    ("my number is 5550104567", "my number is [phone number]"),
]
STAYS = [
    "where is my order 1042?", "order no. #100200300", "order number 4003001234", "Invoice INV-2023001",
    "on 2026-11-20 at 10:30", "I paid 99.50 on 3 items", "it's the 3rd time in 14 days",
    "version 2.10.33", "me@home", "",
]


@pytest.mark.parametrize(("text", "expected"), GONE)
def test_what_identifies_or_pays_goes(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize("text", STAYS)
def test_what_an_agent_needs_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(("text", "expected"), [
    ("after five on 020 7946 0958", "after five on 020 7946 0958"),
    ("jo@shop.example, any time", "jo@shop.example, any time"),
    ("+44 20 7946 0958, card 4111 1111 1111 1111", "+44 20 7946 0958, card [card number]"),
    ("IBAN DE89 3704 0044 0532 0130 00, mail jo@shop.example", "IBAN [account number], mail jo@shop.example"),
])
def test_how_to_reach_somebody_stays_where_they_asked_for_it(text: str, expected: str) -> None:
    assert redact(text, contact=True) == expected


@given(st.text(), st.text())
def test_an_address_is_found_wherever_it_stands(before: str, after: str) -> None:
    said = redact(f"{before} someone@example.org {after}")

    assert "someone@example.org" not in said


@given(st.text(st.characters(whitelist_categories=["Lu", "Ll", "Zs", "Po"], max_codepoint=0x2FF)))
def test_text_without_digits_and_addresses_is_untouched(text: str) -> None:
    words = re.sub("@", "", text)

    assert redact(words) == words


@given(st.from_regex(r"[1-9]([ -]?[0-9]){12,18}", fullmatch=True))
def test_no_card_number_survives_however_it_is_spaced(number: str) -> None:
    assert not re.search(r"\d", redact(f"it is {number}, thanks"))
