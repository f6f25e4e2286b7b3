"""The way to a person: packet, outbox, courier."""
