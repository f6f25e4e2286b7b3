"""The shop's database: seeded once, then really asked and changed."""

from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection, Engine, Row

from shop import seed
from shop.tables import ACCOUNTS, DISPUTES, ITEMS, METADATA, ORDERS, RETURNS, SIGN_IN_LINKS, SUBSCRIPTIONS
from shop.values import Account, Dispute, Item, Order, Parcel, Return, Subscription

PARCEL = ("carrier", "tracking", "scan_place", "scan_day", "drop_note")
FIRST_RETURN = 2001
FIRST_DISPUTE = 3001


class Shop:
    """Every question to the shop and every change to it; each one is a transaction of its own."""

    def __init__(self, engine: Engine, today: date) -> None:
        self._engine = engine
        METADATA.create_all(engine)
        with engine.begin() as connection:
            if connection.scalar(select(func.count()).select_from(ORDERS)) == 0:
                _fill(connection, today)

    def order(self, number: int | None) -> Order | None:
        """The order of that number; None when there is none."""
        with self._engine.connect() as connection:
            row = connection.execute(select(ORDERS).where(ORDERS.c.number == number)).one_or_none()
            items = connection.execute(
                select(ITEMS).where(ITEMS.c.order == number).order_by(ITEMS.c.product.desc())
            ).all()
        return _order(row, items) if row else None

    def move(self, order: Order, expected: date) -> None:
        """Deliver on another day; the customer's own wish is no delay."""
        self._change_order(order, expected=expected, first_expected=expected)

    def redirect(self, order: Order, address: str) -> None:
        """Deliver somewhere else."""
        self._change_order(order, address=address)

    def return_of(self, order: Order) -> Return | None:
        """The return of an order, if one is open or done."""
        with self._engine.connect() as connection:
            row = connection.execute(select(RETURNS).where(RETURNS.c.order == order.number)).one_or_none()
        return Return(**row._mapping) if row else None

    def open_return(self, order: Order, reason: str, today: date) -> Return:
        """Take the order back; one that never left the warehouse is called off with it."""
        with self._engine.begin() as connection:
            last = connection.scalar(select(func.max(RETURNS.c.id)))
            opened = Return((last or FIRST_RETURN - 1) + 1, order.number, reason, order.total, today)
            connection.execute(insert(RETURNS).values(asdict(opened)))
            if order.status == "processing":
                connection.execute(update(ORDERS).where(ORDERS.c.number == order.number).values(status="cancelled"))
        return opened

    def dispute_of(self, order: Order) -> Dispute | None:
        """The billing case of an order, if one is open."""
        with self._engine.connect() as connection:
            row = connection.execute(select(DISPUTES).where(DISPUTES.c.order == order.number)).one_or_none()
        return Dispute(**row._mapping) if row else None

    def open_dispute(self, order: Order, description: str, wish: str, today: date) -> Dispute:
        """Open a billing case."""
        with self._engine.begin() as connection:
            last = connection.scalar(select(func.max(DISPUTES.c.id)))
            case = Dispute((last or FIRST_DISPUTE - 1) + 1, order.number, description, wish, today)
            connection.execute(insert(DISPUTES).values(asdict(case)))
        return case

    def add_to_dispute(self, case: Dispute, description: str, wish: str) -> None:
        """Note more in an open billing case."""
        more = {"description": f"{case.description}\n{description}", "wish": wish}
        with self._engine.begin() as connection:
            connection.execute(update(DISPUTES).where(DISPUTES.c.id == case.id).values(more))

    def subscription_of(self, order: Order) -> Subscription | None:
        """The running subscription of the account that placed the order."""
        mine = (SUBSCRIPTIONS.c.account == order.account) & SUBSCRIPTIONS.c.ended.is_(None)
        with self._engine.connect() as connection:
            row = connection.execute(select(SUBSCRIPTIONS).where(mine)).first()
        return Subscription(**row._mapping) if row else None

    def end_subscription(self, subscription: Subscription, today: date) -> None:
        """End it as of today."""
        with self._engine.begin() as connection:
            connection.execute(
                update(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.id == subscription.id).values(ended=today)
            )

    def send_sign_in_link(self, order: Order, now: datetime) -> Account:
        """Record the link, unlock the account, and return the account as it is then."""
        mine = ACCOUNTS.c.id == order.account
        with self._engine.begin() as connection:
            connection.execute(insert(SIGN_IN_LINKS).values(account=order.account, sent=now))
            connection.execute(update(ACCOUNTS).where(mine).values(locked=False))
            return Account(**connection.execute(select(ACCOUNTS).where(mine)).one()._mapping)

    def _change_order(self, order: Order, **changes: object) -> None:
        with self._engine.begin() as connection:
            connection.execute(update(ORDERS).where(ORDERS.c.number == order.number).values(changes))


def _order(row: Row, items: list[Row]) -> Order:
    fields = dict(row._mapping)
    parcel = Parcel(**{name: fields.pop(name) for name in PARCEL})
    return Order(**fields, parcel=parcel, items=tuple(Item(i.product, i.quantity, i.price) for i in items))


def _fill(connection: Connection, today: date) -> None:
    placed = seed.orders(today)
    connection.execute(insert(ACCOUNTS), [asdict(account) for account in seed.accounts()])
    connection.execute(insert(ORDERS), [_columns(order) for order in placed])
    connection.execute(insert(ITEMS), [{"order": order.number, **asdict(i)} for order in placed for i in order.items])
    connection.execute(insert(SUBSCRIPTIONS), [asdict(found) for found in seed.subscriptions(today)])
    connection.execute(insert(RETURNS), [asdict(opened) for opened in seed.returns(today)])


def _columns(order: Order) -> dict[str, object]:
    fields = asdict(order)
    parcel = fields.pop("parcel")
    del fields["items"]
    return {**fields, **parcel}
