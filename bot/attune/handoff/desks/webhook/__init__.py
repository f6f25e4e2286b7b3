"""Any other desk, by signed webhooks in the words of the Bot Framework's handoff protocol."""
