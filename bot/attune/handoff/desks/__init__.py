"""The desks a packet can be taken to."""
