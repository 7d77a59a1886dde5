"""QR codes as SVG that the strict content policy lets through: no style, the colour of the text around."""

from __future__ import annotations

from functools import lru_cache

import segno
from markupsafe import Markup, escape


@lru_cache(maxsize=256)  # some 3 ms each, and a live page asks for the same one all along
def qr_svg(address: str, label: str, *, size: int | None = None) -> Markup:
    """Return the <svg> of an address with its name for screen readers.

    With a ``size`` (CSS pixels at most) it is black on white whatever the theme; else the style sheet around decides.
    """
    code = segno.make(address, error="m", micro=False)
    border = 4 if size else 2
    side = code.symbol_size(scale=1, border=border)[0]
    path = "".join(
        f"M{column + border} {row + border}h1v1h-1z"
        for row, line in enumerate(code.matrix)
        for column, dark in enumerate(line)
        if dark
    )
    bounds = (
        Markup(' class="img-fluid bg-white text-black rounded" width="{0}" height="{0}"').format(size)
        if size
        else Markup()
    )
    return Markup(
        '<svg{} viewBox="0 0 {} {}" role="img" aria-label="{}" shape-rendering="crispEdges"><path fill="currentColor" d="{}"></path></svg>'
    ).format(bounds, side, side, escape(label), path)
