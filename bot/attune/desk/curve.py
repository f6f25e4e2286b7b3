"""The emotional trajectory as a drawing: how strongly each turn sounded hard, and where it was worst."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from attune.signals.reading import DISTRESS_FAMILY, FRUSTRATION_FAMILY

Shape = Literal["calm", "frustration", "distress"]
MARGIN = 8


@dataclass(frozen=True)
class Dot:
    """One turn; coordinates in SVG units, y downwards. The family has a shape, not only a colour."""

    x: float
    y: float
    turn: int
    shape: Shape
    is_peak: bool


@dataclass(frozen=True)
class Curve:
    """A drawing of `width` by `height` units."""

    width: int
    height: int
    dots: tuple[Dot, ...]

    @property
    def line(self) -> str:
        """The points of the line, as SVG writes them."""
        return " ".join(f"{dot.x:g},{dot.y:g}" for dot in self.dots)


def draw(context: Mapping[str, Any], width: int, height: int) -> Curve:
    """Draw a packet's context; turns nobody read leave a gap on the axis, calm ones lie on the ground line."""
    points: Sequence[Mapping[str, Any]] = context["trajectory"]
    first, last = (points[0]["turn"], points[-1]["turn"]) if points else (0, 0)
    worst = (context["peak"] or {}).get("turn")
    step = (width - 2 * MARGIN) / max(1, last - first)
    return Curve(width, height, tuple(
        Dot(
            round(MARGIN + (point["turn"] - first) * step, 1),
            round(height - MARGIN - (height - 2 * MARGIN) * _height(point) / 1000, 1),
            point["turn"], _shape(point["emotion"]), point["turn"] == worst,
        ) for point in points
    ))


def _height(point: Mapping[str, Any]) -> int:
    return 0 if _shape(point["emotion"]) == "calm" else int(point["intensity"])


def _shape(emotion: str) -> Shape:
    if emotion in FRUSTRATION_FAMILY:
        return "frustration"
    return "distress" if emotion in DISTRESS_FAMILY else "calm"
