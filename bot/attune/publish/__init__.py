"""What an operator publishes or keeps for an authority: the crisis protocol, yearly counts, records of processing."""
