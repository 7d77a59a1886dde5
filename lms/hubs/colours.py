"""Colours of a hub: contrast as WCAG 2.2 computes it, and the variants that the theme needs."""

from __future__ import annotations


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` (WCAG 2.2, definition of relative luminance)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """Return ``one`` with ``share`` (0..1) of ``other``."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round((a * (1 - share) + b * share) * 255):02x}" for a, b in pairs)


def ink_on(colour: str) -> str:
    """Return the text colour, light or dark, that reads best on this one."""
    return "#ffffff" if contrast(colour, "#ffffff") >= contrast(colour, "#1e2430") else "#1e2430"


def lightened_for(background: str, colour: str, ratio: float = 4.5) -> str:
    """Return the colour, mixed with white as little as gives this contrast on the background."""
    for step in range(21):
        candidate = mix(colour, "#ffffff", step / 20)
        if contrast(candidate, background) >= ratio:
            return candidate
    return "#ffffff"


def theme_css(accent: str) -> str:
    """Return the style sheet that gives a hub its colour, in light and dark."""
    dark = lightened_for("#171b22", accent, 6.0)
    return (
        f":root{{--accent:{accent};--accent-ink:{ink_on(accent)};--accent-strong:{mix(accent, '#000000', 0.25)};"
        f"--accent-soft:{mix(accent, '#ffffff', 0.88)};}}\n"
        f"[data-bs-theme=dark]{{--accent:{dark};--accent-ink:{ink_on(dark)};--accent-strong:{mix(dark, '#ffffff', 0.25)};"
        f"--accent-soft:{mix(accent, '#171b22', 0.7)};}}\n"
    )
