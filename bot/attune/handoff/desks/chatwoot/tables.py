"""Tables of the Chatwoot desk: which conversation is which, what was shown, what was posted, what came in."""

from sqlalchemy import Column, Float, Integer, MetaData, String, Table
from sqlalchemy.engine import Engine
from sqlalchemy.schema import CreateIndex, CreateTable

from attune.handoff import tables

METADATA = MetaData()

CONVERSATIONS = Table(
    "attune_chatwoot_conversation", METADATA,
    Column("conversation_id", String(255), primary_key=True),
    Column("display_id", Integer, unique=True),     # what Chatwoot calls it; NULL until it is there
    Column("contact", String(255)),                 # in the API inbox; NULL for a customer who came by Chatwoot
    Column("status", String(16)),                   # these four: as it was last seen there
    Column("holder", String(8)),
    Column("agent", String(255)),
    Column("seen", Float, nullable=False),
    Column("was", String(16)),                      # the status before the one we set ourselves
    Column("was_until", Float, nullable=False),     # so long, a webhook that shows that one may be of before
    Column("live", Integer, nullable=False),        # 1 while letters are carried there
    Column("posted", Integer, nullable=False),      # newest letter that is there
    Column("asked", Integer, nullable=False),       # newest letter Rasa may have got, noted before it is sent
    Column("heard", Integer, nullable=False),       # newest letter whose answer is here
    Column("held_until", Float, nullable=False),    # somebody writes to Chatwoot
    Column("hearing_until", Float, nullable=False),  # somebody asks Rasa
)

SHOWN = Table(
    "attune_chatwoot_case", METADATA,
    Column("handoff_id", String(64), primary_key=True),
    Column("conversation_id", String(255), nullable=False),
    Column("version", Integer, nullable=False),     # 0 until a packet is wholly there
    Column("closed", Float),
)

POSTS = Table(
    "attune_chatwoot_post", METADATA,
    Column("mark", String(400), primary_key=True),
    Column("conversation_id", String(255), nullable=False),
    Column("done", Integer, nullable=False),        # 0 from before the call until it is known to have arrived
)

DELIVERIES = Table(
    "attune_chatwoot_delivery", METADATA,
    Column("delivery_id", String(255), primary_key=True),
    Column("at", Float, nullable=False, index=True),
)


def create(engine: Engine) -> None:
    """Create whatever table is missing, those of the room included; safe while other processes do the same."""
    tables.create(engine)
    with engine.begin() as connection:
        for table in METADATA.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))
            for index in table.indexes:
                connection.execute(CreateIndex(index, if_not_exists=True))
