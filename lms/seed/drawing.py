"""A drawn signature for the demo's people: a looping line, as a finger would leave it."""

from __future__ import annotations

import math
import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

WIDTH, HEIGHT = 320, 110


def draw_signature(rng: random.Random) -> bytes:
    """Return a grey-scale PNG of a hand-like line (ISO/IEC 15948)."""
    canvas = [bytearray(b"\xff" * WIDTH) for _ in range(HEIGHT)]
    loops, tilt = rng.randint(3, 6), rng.uniform(-0.15, 0.15)
    swings = [(rng.uniform(0.6, 1.4), rng.uniform(0, math.tau)) for _ in range(3)]
    for step in range(4000):
        t = step / 4000
        x = 30 + t * (WIDTH - 70) + 14 * math.sin(math.tau * loops * t)
        y = HEIGHT / 2 + tilt * (x - WIDTH / 2)
        y += sum(12 * math.sin(math.tau * loops * pace * t + phase) for pace, phase in swings) * (1 - t * 0.6)
        _dot(canvas, x, y)
    rows = b"".join(b"\0" + bytes(row) for row in canvas)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    )


def _dot(canvas: list[bytearray], x: float, y: float) -> None:
    for dx in (-1, 0, 1):
        for dy in (-1, 0, 1):
            column, row = int(x) + dx, int(y) + dy
            if 0 <= column < WIDTH and 0 <= row < HEIGHT:
                canvas[row][column] = min(canvas[row][column], 40 if dx == dy == 0 else 110)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
