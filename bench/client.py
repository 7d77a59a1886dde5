"""A lean HTTP/1.1 client over asyncio streams: cookies, keep-alive, and load from several connections."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping


# The kernel spreads connections over the server's workers by chance. With eight of them one worker often gets six, and
# that chance would be measured instead of the application: a connection serves so many requests, then another is opened.
REQUESTS_OF_A_CONNECTION = 40


class AnswerError(RuntimeError):
    """The server did not answer what the step needs."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(slots=True)
class Browser:
    """One person's browser: one connection, one cookie jar. ``address`` is what the front proxy would say of them."""

    host: str
    port: int
    address: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    requests: int = 0
    _reader: asyncio.StreamReader | None = None
    _writer: asyncio.StreamWriter | None = None

    async def get(self, path: str, *, host: str = "") -> Answer:
        return await self.send("GET", path, host=host)

    async def post(self, path: str, form: Mapping[str, str] | list[tuple[str, str]]) -> Answer:
        return await self.send("POST", path, urlencode(form).encode(), "application/x-www-form-urlencoded")

    async def follow(self, answer: Answer) -> Answer:
        """Go where the answer sends, until a page; AnswerError when it is not 200."""
        for _ in range(6):
            if answer.status not in {302, 303}:
                break
            to = urlsplit(answer.headers["location"])
            answer = await self.get(f"{to.path}?{to.query}" if to.query else to.path)
        if answer.status != 200:
            raise AnswerError(f"{answer.status}: {answer.text[:400]}")
        return answer

    async def send(self, method: str, path: str, body: bytes = b"", kind: str = "", *, host: str = "") -> Answer:
        """Send one request; a connection that the server closed meanwhile is opened again, once."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {host or f'{self.host}:{self.port}'}", "Accept-Language: fr"]
        if self.address:
            lines.append(f"X-Forwarded-For: {self.address}")
        if self.cookies and not host:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if method == "POST":
            lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
        message = ("\r\n".join(lines) + "\r\n\r\n").encode() + body
        self.requests += 1
        if self.requests % REQUESTS_OF_A_CONNECTION == 0:
            self.close()
        for last in (False, True):
            if self._writer is None:
                self._reader, self._writer = await asyncio.open_connection(self.host, self.port)
            try:
                self._writer.write(message)
                return await self._read()
            except (asyncio.IncompleteReadError, ConnectionError):
                self.close()
                if last:
                    raise
        raise AssertionError

    async def _read(self) -> Answer:
        reader = self._reader
        assert reader is not None
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in head[1:-2]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
            if name.lower() == "set-cookie":
                cookie, _, content = value.strip().partition(";")[0].partition("=")
                self.cookies[cookie] = content
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(await reader.readline(), 16):
                body += (await reader.readexactly(size + 2))[:-2]
            await reader.readline()
        else:
            body = await reader.readexactly(int(headers.get("content-length", "0")))
        if headers.get("connection") == "close":
            self.close()
        return Answer(int(head[0].split(" ")[1]), headers, body)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None


@dataclass(frozen=True, slots=True)
class Load:
    """What a load gave: rate in steps a second, durations of a step in milliseconds."""

    rate: float
    p50: float
    p95: float
    steps: int


async def measure(steps: list[Callable[[], Awaitable[object]]], seconds: float) -> Load:
    """Run each step over and over, side by side, for so many seconds; the first round warms up and does not count."""
    await asyncio.gather(*(step() for step in steps))
    times: list[float] = []
    start = time.perf_counter()

    async def repeat(step: Callable[[], Awaitable[object]]) -> None:
        while time.perf_counter() - start < seconds:
            begun = time.perf_counter()
            await step()
            times.append((time.perf_counter() - begun) * 1000)

    await asyncio.gather(*(repeat(step) for step in steps))
    took = time.perf_counter() - start
    times.sort()
    return Load(
        len(times) / took, times[len(times) // 2], times[min(len(times) - 1, int(len(times) * 0.95))], len(times)
    )
