"""`attune train-data`, with the redaction that words pass through before they leave a conversation."""

from datetime import date

from attune.handoff.redact import redact
from attune.signals.train_data import train_data_command

train_data = train_data_command(redact, date.today)
