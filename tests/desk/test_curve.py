"""The drawing is true to the readings: higher is stronger, calm lies on the ground, the unread is not drawn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.desk.curve import draw
from attune.signals.reading import EMOTIONS

POINTS = st.lists(
    st.fixed_dictionaries({"emotion": st.sampled_from(EMOTIONS), "intensity": st.integers(0, 1000)}), min_size=1,
).map(lambda points: [{"turn": turn, **point} for turn, point in enumerate(points, 1)])


def context(*points: tuple[int, str, int], peak: int | None = None) -> dict[str, object]:
    trajectory = [{"turn": turn, "emotion": emotion, "intensity": intensity} for turn, emotion, intensity in points]
    return {"trajectory": trajectory, "peak": {"turn": peak} if peak else None}


def test_a_rise_is_drawn_as_a_rise() -> None:
    drawing = draw(context((1, "neutral", 900), (2, "confusion", 300), (4, "sadness", 1000), peak=4), 116, 58)

    assert drawing.line == "8,50 41.3,37.4 108,8"
    assert [dot.shape for dot in drawing.dots] == ["calm", "frustration", "distress"]
    assert [dot.is_peak for dot in drawing.dots] == [False, False, True]


@pytest.mark.parametrize(("points", "dots"), [((), 0), (((3, "anger", 500),), 1)])
def test_little_to_draw_is_drawn_too(points: tuple[tuple[int, str, int], ...], dots: int) -> None:
    assert len(draw(context(*points), 120, 36).dots) == dots


@given(POINTS)
def test_no_dot_leaves_the_picture(points: list[dict[str, object]]) -> None:
    drawing = draw({"trajectory": points, "peak": None}, 120, 36)

    assert all(0 <= dot.x <= 120 and 0 <= dot.y <= 36 for dot in drawing.dots)
    assert [dot.x for dot in drawing.dots] == sorted(dot.x for dot in drawing.dots)
