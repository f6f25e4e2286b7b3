"""A small Look made by hand, with every kind of thing a report shows."""

from attune.drift.look import Cause, Change, Estimate, Index, Look, Mark, MixShift, Part, Point, Series

DAY = 86_400_000_000
BEGIN = 20_700 * DAY  # 2026-09-04
END = BEGIN + 14 * DAY
FIRM, COLD, FEW = Estimate(0.95, 0.93, 0.97, 400), Estimate(0.6, 0.55, 0.65, 380), None
NEW = Mark(BEGIN + DAY, "wordings", "w2<script>")
MOVED = Change("acknowledged before solved", None, BEGIN + DAY, BEGIN + 2 * DAY, "down", FIRM, COLD, "CUSUM", (NEW,))


def points(*estimates: Estimate | None) -> tuple[Point, ...]:
    return tuple(Point(BEGIN + (number - 2) * 7 * DAY, one) for number, one in enumerate(estimates))


SERIES = (
    Series("acknowledged before solved", None, "share", "up", points(FIRM, FIRM, COLD, COLD), COLD, FIRM),
    Series("acknowledged before solved", ("channel", "<b>web</b>"), "share", "up", points(FIRM, None, COLD, COLD),
           COLD, FIRM),
    Series("acknowledged before solved", ("channel", "rest"), "share", "up", points(None, None, None, None),
           None, None),
    Series("time to a person", None, "seconds", "down", points(None, Estimate(90, 80, 130, 50), None,
           Estimate(4000, 3900, 4100, 60)), Estimate(4000, 3900, 4100, 60), Estimate(90, 80, 130, 50)),
    Series("person rated well", None, "share", "up", points(None, None, None, None), None, None),
)
INDEX = Index(None, Estimate(72.4, 68, 76, 120), (
    Part("acknowledged before solved", 0.6, COLD), Part("calmer within three turns", 0.4, FIRM)))
LOOK = Look(
    BEGIN, END, 9000, 1200, 3600, 4, (NEW,), SERIES, (MOVED,), ("time to a person",),
    (Cause("not understood", 25, 30), Cause("waited too long for a person", None, 30)), (INDEX,),
    (MixShift("intent", 500, 0.02, 0.03, 0.4, 0.1), MixShift("confidence", 500, None, None, 0.0001, None)),
)
CALM = Look(BEGIN, END, 9000, 1200, 3600, 900, steady=("time to a person", "handed over"))
EMPTY = Look(BEGIN, END, 0, 0, 0, 0)
