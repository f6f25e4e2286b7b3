"""What the demo shop holds on its first day: the same for the same day, every time."""

from datetime import date, timedelta
from random import Random

from shop.catalogue import catalogue
from shop.values import Account, Item, Order, Parcel, Return, Status, Subscription

NUMBERS = range(1001, 1061)
ACCOUNTS = range(1, 31)
STREETS = ("Mill Lane", "Harbour Road", "Orchard Way", "Station Street", "Church Hill", "Canal Wharf")
TOWNS = ("Westbury", "Ludlow", "Oldham", "Redcar", "Truro")
CARRIERS = ("Swiftline", "Parcelway")
DEPOTS = ("Northgate depot", "Easton hub", "Kelby sorting centre")
DROP_NOTES = ("handed over at the door", "left in the porch", "left with a neighbour at number 12")
CYCLE: tuple[Status, ...] = ("delivered", "shipped", "processing", "delivered", "out_for_delivery", "returned")
DAYS_AGO: dict[Status, int] = {
    "processing": 1, "shipped": 3, "out_for_delivery": 4, "delivered": 9, "returned": 24, "cancelled": 6,
}
PLANS = (("Monthly coffee beans", 1190), ("Monthly decaf beans", 1250), ("Coffee club, 1 kg", 2190))
LATE = 1042                  # the order a newcomer is pointed to: held up at a depot
LONG_DELIVERED = (1005, 1020)  # their time for a return is over


def orders(today: date) -> list[Order]:
    """Sixty orders, seen from `today`."""
    return [late_order(today) if number == LATE else _order(number, today) for number in NUMBERS]


def late_order(today: date) -> Order:
    """Sent in time, then stuck: first expected three days ago, last scanned yesterday."""
    return Order(
        number=LATE, account=12, status="shipped", placed=today - timedelta(8),
        first_expected=_working(today - timedelta(3)), expected=_working(today + timedelta(2)), delivered=None,
        address="14 Mill Lane, Westbury",
        parcel=Parcel("Swiftline", "SW10420071", "Northgate depot", today - timedelta(1)),
        items=(_item("coffee grinder", 1), _item("coffee beans", 2)),
    )


def accounts() -> list[Account]:
    """Thirty accounts at example.com, every fourth of them locked."""
    return [Account(id=n, email=f"customer{n}@example.com", locked=n % 4 == 0) for n in ACCOUNTS]


def subscriptions(today: date) -> list[Subscription]:
    """Every second account has a running one."""
    return [
        Subscription(n, account=n, plan=PLANS[n % 3][0], price=PLANS[n % 3][1], next_delivery=today + timedelta(5 + n))
        for n in ACCOUNTS if n % 2 == 0
    ]


def returns(today: date) -> list[Return]:
    """One for each returned order: some on the way, some being checked, some refunded."""
    sent_back = [order for order in orders(today) if order.status == "returned"]
    return [
        Return(
            id=2001 + n, order=order.number, reason="It does not fit or suit me", amount=order.total,
            opened=today - timedelta(12),
            received=today - timedelta(5) if n % 3 else None,
            refunded=today - timedelta(2) if n % 3 == 2 else None,
        )
        for n, order in enumerate(sent_back)
    ]


def _order(number: int, today: date) -> Order:
    chance = Random(number)  # noqa: S311 - demo data, not a secret
    status = CYCLE[number % len(CYCLE)]
    placed = today - timedelta(80 if number in LONG_DELIVERED else DAYS_AGO[status])
    expected = today if status == "out_for_delivery" else _working(placed + timedelta(5))
    arrived = status in ("delivered", "returned")
    return Order(
        number=number, account=1 + number % len(ACCOUNTS), status=status, placed=placed,
        first_expected=expected, expected=expected, delivered=expected if arrived else None,
        address=f"{chance.randint(1, 80)} {chance.choice(STREETS)}, {chance.choice(TOWNS)}",
        parcel=_parcel(number, status, placed + timedelta(2), chance),
        items=tuple(
            _item(name, chance.choice((1, 1, 2))) for name in chance.sample(list(catalogue()), chance.choice((1, 1, 2)))
        ),
    )


def _parcel(number: int, status: Status, scanned: date, chance: Random) -> Parcel:
    carrier = chance.choice(CARRIERS)
    tracking = f"{carrier[:2].upper()}{number}{chance.randint(1000, 9999)}"
    if status in ("processing", "cancelled"):
        return Parcel(carrier, tracking)
    note = chance.choice(DROP_NOTES) if status in ("delivered", "returned") else None
    return Parcel(carrier, tracking, chance.choice(DEPOTS), scanned, note)


def _item(name: str, quantity: int) -> Item:
    return Item(name, quantity, catalogue()[name].price)


def _working(day: date) -> date:
    return day + timedelta(1) if day.weekday() == 6 else day
