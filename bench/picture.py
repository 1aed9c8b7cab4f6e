# SPDX-License-Identifier: GPL-2.0-or-later
"""The measurements as an SVG: a curve for what grows, bars for what does not, one panel for each row."""
from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Protocol

COLUMNS = 3
WIDTH, HEIGHT = 400, 250
LEFT, RIGHT, TOP, BOTTOM = 62, 12, 54, 26
PALETTE = ["#0b62a4", "#c2410c", "#3f7d20", "#7e3794", "#8a6d00", "#00796b", "#ad1457", "#555555"]
SMOOTH = 5


class Row(Protocol):
    """What is to be drawn: medians by x, and by who."""

    name: str
    unit: str

    def who(self) -> list[str]: ...

    def points(self) -> list[str]: ...

    def median(self, x: str, who: str) -> float | None: ...


def text(x: float, y: float, said: str, attributes: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {attributes}>{escape(said)}</text>'


def short(value: float) -> str:
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"


def legend(who: list[str]) -> list[str]:
    """In two lines at most; the font's width is guessed."""
    parts, x, y = [], float(LEFT), 34.0
    for i, name in enumerate(who):
        width = 7.4 * len(name) + 14
        if x + width > WIDTH:
            x, y = LEFT, y + 13
        parts.append(text(x, y, name, f'fill="{PALETTE[i % len(PALETTE)]}" font-weight="bold"'))
        x += width
    return parts


def color(who: list[str], name: str) -> str:
    return PALETTE[who.index(name) % len(PALETTE)]


def median_of(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def smoothed(values: list[float]) -> list[float]:
    """Long curves lose the single steps in which something was allocated anew."""
    if len(values) < 20:
        return values
    return [median_of(values[max(0, i - SMOOTH // 2) : i + SMOOTH // 2 + 1]) for i in range(len(values))]


def curves(row: Row, who: list[str]) -> list[str]:
    points = [x for x in row.points() if x != "-"]
    lines: dict[str, list[tuple[float, float]]] = {}
    for name in who:
        at = [x for x in points if row.median(x, name) is not None]
        values = smoothed([row.median(x, name) or 0.0 for x in at])
        lines[name] = [(float(x), value) for x, value in zip(at, values)]
    right = max(x for line in lines.values() for x, _ in line)
    top = max(y for line in lines.values() for _, y in line) * 1.05
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    parts = []
    for i in range(5):
        y = TOP + high - high * i / 4
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(text(LEFT - 5, y + 4, short(top * i / 4), 'text-anchor="end"'))
        parts.append(text(LEFT + wide * i / 4, HEIGHT - 8, short(right * i / 4), 'text-anchor="middle"'))
    for name, line in lines.items():
        path = " ".join(f"{LEFT + wide * x / right:.1f},{TOP + high - high * y / top:.1f}" for x, y in line)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{color(who, name)}" stroke-width="1.6"/>')
    return parts + legend(who)


def bars(row: Row, who: list[str]) -> list[str]:
    x = row.points()[0]
    values = {name: row.median(x, name) or 0.0 for name in who}
    left, step = LEFT + 40, min(28.0, (HEIGHT - 44) / len(who))
    wide, top = WIDTH - left - 60, max(values.values()) or 1.0
    parts = []
    for i, (name, value) in enumerate(values.items()):
        y = 30 + i * step
        length = wide * value / top
        parts.append(text(left - 6, y + step / 2 + 3, name, 'text-anchor="end"'))
        parts.append(f'<rect x="{left}" y="{y + 2:.1f}" width="{length:.1f}" height="{step - 5:.1f}" fill="{color(who, name)}"/>')
        parts.append(text(left + length + 5, y + step / 2 + 3, short(value)))
    return parts


def panel(row: Row) -> list[str]:
    who = row.who()
    grows = len([x for x in row.points() if x != "-"]) > 1
    return [text(LEFT, 18, f"{row.name}, {row.unit}", 'font-size="13" font-weight="bold"')] + (curves if grows else bars)(row, who)


def draw(rows: Sequence[Row]) -> str:
    lines = -(-len(rows) // COLUMNS)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{COLUMNS * WIDTH}" height="{lines * HEIGHT}" '
        f'viewBox="0 0 {COLUMNS * WIDTH} {lines * HEIGHT}" font-family="sans-serif" font-size="11">',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for i, row in enumerate(rows):
        out.append(f'<g transform="translate({i % COLUMNS * WIDTH},{i // COLUMNS * HEIGHT})">')
        out += panel(row)
        out.append("</g>")
    return "\n".join([*out, "</svg>"]) + "\n"
