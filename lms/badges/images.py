"""The drawing of a badge: a posy of as many flowers as it has competencies, in the hub's colour, with its name.

SVG for screens; PNG, made from the same drawing, for the places that take nothing else. Both can carry the credential.
"""

from __future__ import annotations

import math
import tempfile
from html import escape
from pathlib import Path

from lms.quality.documents import font_folders

SIDE = 400
PAPER, INK = "#FBFAF7", "#1E2430"
PETALS = 6
MOST_FLOWERS = 7
LINE = 22  # signs that fit on a line of the name


def badge_svg(name: str, hub: str, accent: str, flowers: int) -> str:
    """The drawing, 400 x 400; names are escaped, ``accent`` is #RRGGBB."""
    lines = _lines(name)
    top = 292 - 13 * (len(lines) - 1)
    words = "".join(
        f'<text x="200" y="{top + 28 * at}" text-anchor="middle" font-size="24" font-weight="700">{escape(line)}</text>'
        for at, line in enumerate(lines)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" width="{SIDE}" height="{SIDE}" role="img">'
        f"<title>{escape(name)}</title>"
        f'<rect x="6" y="6" width="388" height="388" rx="48" fill="{PAPER}" stroke="{accent}" stroke-width="8"/>'
        f"{_posy(accent, max(1, min(flowers, MOST_FLOWERS)))}"
        f'<g font-family="Atkinson Hyperlegible Next, Atkinson Hyperlegible, sans-serif" fill="{INK}">{words}'
        f'<text x="200" y="368" text-anchor="middle" font-size="16">{escape(hub[:40])}</text></g></svg>'
    )


def _lines(name: str) -> list[str]:
    lines: list[str] = [""]
    for word in name.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > LINE:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    if len(lines) > 3:
        lines = [*lines[:2], lines[2][: LINE - 1] + "…"]
    return lines


def _posy(accent: str, flowers: int) -> str:
    """Stems that meet at a ribbon, a flower at the end of each."""
    parts = []
    for at in range(flowers):
        turn = (at - (flowers - 1) / 2) * min(0.56, 2.2 / flowers)
        reach = 128 - 10 * (at % 2)
        x, y = 200 + reach * math.sin(turn), 222 - reach * math.cos(turn)
        parts.append(
            f'<path d="M200 226Q{200 + 20 * math.sin(turn):.0f} 170 {x:.0f} {y:.0f}" fill="none" stroke="{accent}" '
            f'stroke-width="5" stroke-linecap="round" opacity=".75"/>{_flower(x, y, accent)}'
        )
    parts.append(f'<path d="M184 218h32l-10 12 14 24-20-10-20 10 14-24z" fill="{accent}"/>')
    return "".join(parts)


def _flower(x: float, y: float, accent: str) -> str:
    petals = "".join(
        f'<circle cx="{x + 13 * math.cos(angle):.1f}" cy="{y + 13 * math.sin(angle):.1f}" r="10" fill="{accent}"/>'
        for angle in (2 * math.pi * petal / PETALS for petal in range(PETALS))
    )
    return f'{petals}<circle cx="{x:.1f}" cy="{y:.1f}" r="8" fill="{PAPER}"/>'


def badge_png(svg: str) -> bytes:
    """The same drawing as PNG, 800 x 800."""
    import typst  # noqa: PLC0415 - 40 MB that most processes never need

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "badge.svg").write_text(svg, encoding="utf-8")
        source = Path(folder) / "badge.typ"
        source.write_text(
            '#set page(width: 400pt, height: 400pt, margin: 0pt, fill: none)\n#image("badge.svg", width: 400pt)\n',
            encoding="utf-8",
        )
        fonts = [Path(one) for one in font_folders()]
        return bytes(
            typst.compile(source, root=Path(folder), format="png", ppi=144, ignore_system_fonts=True, font_paths=fonts)
        )


def carry(image: bytes, credential: str, *, kind: str) -> bytes:
    """The image with the credential in it (Open Badges 3.0 §5.3), ``kind`` svg or png."""
    from openbadgeslib.baking import ITXT_KEYWORD_OB3, SVG_ELEMENT_OB3, SVG_NS_OB3, bake_png, bake_svg  # noqa: PLC0415

    if kind == "png":
        return bytes(bake_png(image, credential, keyword=ITXT_KEYWORD_OB3))
    return bytes(bake_svg(image, credential, element=SVG_ELEMENT_OB3, namespace=SVG_NS_OB3))
