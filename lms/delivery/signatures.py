"""A drawn signature as it comes from a browser: hostile until checked, then kept as a plain picture."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import struct
import zlib
from typing import Any

from lms.delivery.refusals import DeliveryRefusal

MAX_BYTES = 200_000
MAX_WIDTH, MAX_HEIGHT = 2400, 2400
MIN_WIDTH, MIN_HEIGHT = 60, 20
_PREFIX = "data:image/png;base64,"
_HEADER = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # PNG colour types (ISO/IEC 15948 §11.2.2)
_KEPT = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")


def read_signature(data_url: str) -> bytes:
    """Return the PNG of a data address, rid of everything but its picture; DeliveryRefusal when it is not one.

    At most 200 kB and 2400 × 2400 points; the whole structure is read (ISO/IEC 15948): lengths, check sums, and the
    number of bytes the picture unpacks to.
    """
    if not data_url.strip():
        raise DeliveryRefusal(
            "unsigned", "Il manque votre signature : dessinez-la dans le cadre, ou tapez votre nom.",
            "Your signature is missing: draw it in the frame, or type your name.",
        )  # fmt: skip
    if not data_url.startswith(_PREFIX) or len(data_url) > MAX_BYTES * 4 // 3 + 64:
        raise _refuse()
    try:
        data = base64.b64decode(data_url[len(_PREFIX) :], validate=True)
        return clean_png(data)
    except (binascii.Error, ValueError, struct.error, zlib.error) as error:
        raise _refuse() from error


def _refuse() -> DeliveryRefusal:
    return DeliveryRefusal(
        "picture", "La signature reçue n'est pas une image lisible. Recommencez le dessin, ou tapez votre nom.",
        "The signature received is not a readable picture. Draw it again, or type your name.",
    )  # fmt: skip


def clean_png(data: bytes) -> bytes:
    """Return the same picture with its essential chunks only; ValueError when it is not a sound, small PNG."""
    if len(data) > MAX_BYTES or not data.startswith(_HEADER):
        raise ValueError("not a small PNG")
    kept, packed, at = [_HEADER], [], len(_HEADER)
    unpacked_size = 0
    kind = b""
    while kind != b"IEND":
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body, check = data[at + 8 : at + 8 + length], data[at + 8 + length : at + 12 + length]
        if len(check) != 4 or zlib.crc32(kind + body) != struct.unpack(">I", check)[0]:
            raise ValueError("damaged chunk")
        if (kind == b"IHDR") != (at == len(_HEADER)):
            raise ValueError("header out of place")
        if kind == b"IHDR":
            unpacked_size = _picture_size(body)
        elif kind == b"IDAT":
            packed.append(body)
        if kind in _KEPT:
            kept.append(data[at : at + 12 + length])
        at += 12 + length
    unpacker = zlib.decompressobj()
    if len(unpacker.decompress(b"".join(packed), unpacked_size + 1)) != unpacked_size or not unpacker.eof:
        raise ValueError("not the announced size")
    return b"".join(kept)


def _picture_size(header: bytes) -> int:
    width, height, depth, colour, compression, filtering, interlace = struct.unpack(">IIBBBBB", header)
    if not (MIN_WIDTH <= width <= MAX_WIDTH and MIN_HEIGHT <= height <= MAX_HEIGHT):
        raise ValueError("out of bounds")
    if colour not in _CHANNELS or depth not in {1, 2, 4, 8} or (compression, filtering, interlace) != (0, 0, 0):
        raise ValueError("unusual encoding")
    return int(height * (1 + (width * depth * _CHANNELS[colour] + 7) // 8))


def canonical(statement: dict[str, Any]) -> bytes:
    """Return the one way to write a statement in bytes: JSON, keys sorted, no spaces, UTF-8."""
    return json.dumps(statement, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def digest(data: bytes) -> str:
    """Return the SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
