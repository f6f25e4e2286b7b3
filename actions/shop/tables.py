"""The shop's tables."""

from sqlalchemy import Boolean, Column, Date, DateTime, ForeignKey, Integer, MetaData, String, Table

METADATA = MetaData()

ACCOUNTS = Table(
    "accounts", METADATA,
    Column("id", Integer, primary_key=True),
    Column("email", String, nullable=False),
    Column("locked", Boolean, nullable=False),
)
ORDERS = Table(
    "orders", METADATA,
    Column("number", Integer, primary_key=True),
    Column("account", ForeignKey("accounts.id"), nullable=False),
    Column("status", String, nullable=False),
    Column("placed", Date, nullable=False),
    Column("first_expected", Date, nullable=False),
    Column("expected", Date, nullable=False),
    Column("delivered", Date),
    Column("address", String, nullable=False),
    Column("carrier", String, nullable=False),
    Column("tracking", String, nullable=False),
    Column("scan_place", String),
    Column("scan_day", Date),
    Column("drop_note", String),
)
ITEMS = Table(
    "order_items", METADATA,
    Column("order", ForeignKey("orders.number"), primary_key=True),
    Column("product", String, primary_key=True),
    Column("quantity", Integer, nullable=False),
    Column("price", Integer, nullable=False),
)
SUBSCRIPTIONS = Table(
    "subscriptions", METADATA,
    Column("id", Integer, primary_key=True),
    Column("account", ForeignKey("accounts.id"), nullable=False),
    Column("plan", String, nullable=False),
    Column("price", Integer, nullable=False),
    Column("next_delivery", Date, nullable=False),
    Column("ended", Date),
)
RETURNS = Table(
    "returns", METADATA,
    Column("id", Integer, primary_key=True),
    Column("order", ForeignKey("orders.number"), nullable=False, unique=True),
    Column("reason", String, nullable=False),
    Column("amount", Integer, nullable=False),
    Column("opened", Date, nullable=False),
    Column("received", Date),
    Column("refunded", Date),
)
DISPUTES = Table(
    "disputes", METADATA,
    Column("id", Integer, primary_key=True),
    Column("order", ForeignKey("orders.number"), nullable=False, unique=True),
    Column("description", String, nullable=False),
    Column("wish", String, nullable=False),
    Column("opened", Date, nullable=False),
)
SIGN_IN_LINKS = Table(
    "sign_in_links", METADATA,
    Column("id", Integer, primary_key=True),
    Column("account", ForeignKey("accounts.id"), nullable=False),
    Column("sent", DateTime, nullable=False),
)
