"""How many misses a fixed set of messages may have before it is an alarm, and before a model is released (DRF-3)."""

from scipy import stats


def allowed_misses(size: int, recall: float = 0.98, sure: float = 0.99) -> int:
    """The most misses among `size` that a reader of this recall makes with a probability of at least `sure`."""
    return int(stats.binom.ppf(sure, size, 1 - recall)) if size else 0


def releasable(size: int, recall: float = 0.95, sure: float = 0.975) -> int:
    """The most misses among `size` that still show a recall of at least this; -1 if not even none does.

    By the lower end of the interval of Clopper and Pearson (1934).
    """
    return next((misses for misses in range(size, -1, -1) if lowest_recall(misses, size, sure) >= recall), -1)


def lowest_recall(misses: int, size: int, sure: float = 0.975) -> float:
    """The lower end of the interval for the recall (Clopper and Pearson 1934); two-sided 95 % unless told otherwise."""
    return 0.0 if misses >= size else float(stats.beta.ppf(1 - sure, size - misses, misses + 1))
