"""Words for the customer: money, days, lists; and what the customer's own words ask for."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from shop.values import Item

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)
RELATIVE = (("day after tomorrow", 2), ("tomorrow", 1), ("today", 0), ("next week", 7))
DAY_OF_MONTH = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?\b")
ADDRESS = re.compile(r"(?=.*\d)(?=(?:.*?\b[A-Za-z]{3,}\b){2}).{8,}")
LEAD_IN = re.compile(
    r"^(?:please\s+)?(?:(?:send|deliver|ship|redirect|change|bring)\s+(?:it\s+)?)?"
    r"(?:(?:the\s+)?(?:new\s+)?address\s+(?:is\s+)?)?(?:to\s+)?(?:it'?s\s+)?(?=\S)", re.IGNORECASE,
)
ORDER_NUMBER = re.compile(r"(?<!\d)\d{4}(?!\d)")


@dataclass(frozen=True)
class NewDay:
    """The customer wants the parcel on this day."""

    day: date


@dataclass(frozen=True)
class NewAddress:
    """The customer wants the parcel at this address, in one line."""

    address: str


def money(pence: int) -> str:
    """An amount as it stands on an invoice."""
    return f"£{pence // 100}.{pence % 100:02}"


def day(when: date) -> str:
    """A day as people say it: Friday 21 November."""
    return f"{WEEKDAYS[when.weekday()].title()} {when.day} {MONTHS[when.month - 1].title()}"


def listed(items: Iterable[Item]) -> str:
    """What is in a parcel: `coffee grinder, 2 x coffee beans`."""
    return ", ".join(item.product if item.quantity == 1 else f"{item.quantity} x {item.product}" for item in items)


def order_number(text: str | None) -> int | None:
    """The order number in what was said (the last one, as in `not 1042, 1024`); None without one."""
    found = ORDER_NUMBER.findall(text or "")
    return int(found[-1]) if found else None


def says_something(text: str | None) -> bool:
    """Whether an answer tells anything: more than a yes, a no or a sign."""
    letters = re.sub(r"[^a-z]", "", (text or "").lower())
    return len(letters) >= 4 and letters not in {"nope", "yeah", "okay", "yesplease", "nothanks"}


def delivery_wish(text: str | None, today: date) -> NewDay | NewAddress | None:
    """A day or an address, whichever the words give; None when they give neither."""
    words = (text or "").strip()
    wanted = _day(words.lower(), today)
    if wanted is not None:
        return NewDay(wanted)
    address = LEAD_IN.sub("", words, count=1)
    return NewAddress(address) if ADDRESS.match(address) else None


def _day(words: str, today: date) -> date | None:
    return _date(words, today) or _relative(words, today) or _weekday(words, today)


def _date(words: str, today: date) -> date | None:
    number = DAY_OF_MONTH.search(words)
    month = next((n for n, name in enumerate(MONTHS, 1) if re.search(rf"\b(?:{name}|{name[:3]})\b", words)), None)
    if number is None or month is None:
        return None
    try:
        wanted = date(today.year, month, int(number[1]))
        return wanted if wanted >= today else wanted.replace(year=today.year + 1)
    except ValueError:  # 31 November, 29 February
        return None


def _relative(words: str, today: date) -> date | None:
    if any(name in words for name in WEEKDAYS):
        return None
    return next((today + timedelta(days) for phrase, days in RELATIVE if phrase in words), None)


def _weekday(words: str, today: date) -> date | None:
    named = next((n for n, name in enumerate(WEEKDAYS) if re.search(rf"\b{name}\b", words)), None)
    if named is None or ADDRESS.match(words):
        return None
    return today + timedelta((named - today.weekday() - 1) % 7 + 1)
