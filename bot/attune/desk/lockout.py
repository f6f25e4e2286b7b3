"""How many wrong passwords are too many. The numbers of OWASP's and NIST's advice, made strict; times in seconds."""

MOST_FAILURES = 5
"""Wrong passwords in a row until an account is locked (NIST SP 800-63B allows up to 100)."""
FIRST_LOCK = 15 * 60.0
"""The first lock; each further one lasts twice as long as the one before, until somebody signs in."""
LONGEST_LOCK = 24 * 60 * 60.0
"""A lock never lasts longer: it must not become a way to keep somebody out for good."""
MOST_FROM_ONE_ADDRESS = 20
"""Wrong passwords from one client address within the window, whatever the accounts."""
ADDRESS_WINDOW = 15 * 60.0
