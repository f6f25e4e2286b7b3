"""What the shop keeps: orders, returns, billing cases, subscriptions. Money in pence, dates without a time of day."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

Status = Literal["processing", "shipped", "out_for_delivery", "delivered", "returned", "cancelled"]
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True)
class Item:
    """So many of one product, at the price of one."""

    product: str
    quantity: int
    price: int


@dataclass(frozen=True)
class Parcel:
    """Where the carrier has the order; `scan_place` and `scan_day` are the carrier's last word."""

    carrier: str
    tracking: str
    scan_place: str | None = None
    scan_day: date | None = None
    drop_note: str | None = None


@dataclass(frozen=True)
class Order:
    """One order; it is late when it is now expected after the day first told."""

    number: int
    account: int
    status: Status
    placed: date
    first_expected: date
    expected: date
    delivered: date | None
    address: str
    parcel: Parcel
    items: tuple[Item, ...]

    @property
    def total(self) -> int:
        """What was paid, in pence."""
        return sum(item.quantity * item.price for item in self.items)

    @property
    def late(self) -> bool:
        """Whether it comes after the day first told."""
        return self.expected > self.first_expected


@dataclass(frozen=True)
class Account:
    """A customer's account; locked after too many wrong passwords."""

    id: int
    email: str
    locked: bool


@dataclass(frozen=True)
class Subscription:
    """A monthly delivery; `ended` is the day it was ended."""

    id: int
    account: int
    plan: str
    price: int
    next_delivery: date
    ended: date | None = None


@dataclass(frozen=True)
class Return:
    """A return on its way to a refund: opened, received at the warehouse, refunded."""

    id: int
    order: int
    reason: str
    amount: int
    opened: date
    received: date | None = None
    refunded: date | None = None

    @property
    def number(self) -> str:
        """The number the customer is told."""
        return f"R-{self.id}"


@dataclass(frozen=True)
class Dispute:
    """An open billing case: what is wrong with the charge, and what the customer asks for."""

    id: int
    order: int
    description: str
    wish: str
    opened: date

    @property
    def number(self) -> str:
        """The number the customer is told."""
        return f"B-{self.id}"


@dataclass(frozen=True)
class Product:
    """One line of the catalogue."""

    name: str
    price: int
    stock: int
    details: str
