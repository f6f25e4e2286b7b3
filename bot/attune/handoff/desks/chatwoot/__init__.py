"""Chatwoot as the desk: handoffs go there, people answer there, and customers may come by it."""
