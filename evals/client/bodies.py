"""Bodies of responses, read in bounded memory whatever a server sends: unpacked piece by piece."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterable, Iterator

import httpx

ENCODINGS = "gzip, deflate"
"""The content-encodings that are asked for, and understood."""
_ENCODING = b"content-encoding"
_STEP = 1 << 16
"""The most bytes of a piece."""
_BREATH = 1 << 20
"""After so many unpacked bytes others get their turn: a few packed ones may hold very many."""
_MOST_ENCODINGS = 2
_HEADER = 2
"""The bytes of zlib's header (RFC 1950); no deflated data are shorter."""


async def pieces(response: httpx.Response, most: int | None = None) -> AsyncIterator[bytes]:
    """Yield the body as it arrives, unpacked, in pieces of bounded size.

    Args:
        response: The response.
        most: Bytes that may arrive, packed: of many of them little may come when they are unpacked.

    Raises:
        httpx.DecodingError: It is longer, not packed as its headers say, or in a way that was not asked for.
        BROKEN: The connection failed.
    """
    if response.is_stream_consumed:
        yield response.content
        return
    unpackings = _unpackings(response)
    since = arrived = 0
    assert isinstance(response.stream, httpx.AsyncByteStream)
    async for raw in response.stream:
        arrived += len(raw)
        if most is not None and arrived > most:
            raise httpx.DecodingError("its body has no end")
        if not unpackings:
            yield raw
            continue
        unpacked: Iterable[bytes] = (raw,)
        for unpacking in unpackings:
            unpacked = unpacking.each(unpacked)
        for piece in unpacked:
            yield piece
            since += len(piece)
            if since >= _BREATH:
                since = 0
                await asyncio.sleep(0)


async def beginning(response: httpx.Response, most: int) -> bytes | None:
    """Return a whole body; `None` if it is longer than so many bytes. Raises as `pieces`."""
    body = bytearray()
    async for piece in pieces(response, 2 * most):
        body += piece
        if len(body) > most:
            return None
    return bytes(body)


def _unpackings(response: httpx.Response) -> list["_Unpacking"]:
    """Return what undoes each of a response's encodings, the last one first."""
    given = [value.decode("latin-1") for name, value in response.headers.raw if name.lower() == _ENCODING]
    named = [name.strip().lower() for value in given for name in value.split(",")]
    named = [name for name in named if name not in ("", "identity")]
    if len(named) > _MOST_ENCODINGS or not {*named} <= {"gzip", "x-gzip", "deflate"}:
        raise httpx.DecodingError(f"the content-encoding is {', '.join(named)}, not {ENCODINGS}")
    return [_Unpacking(gzipped=name != "deflate") for name in reversed(named)]


class _Unpacking:
    """Undoes one encoding."""

    def __init__(self, *, gzipped: bool) -> None:
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 16 if gzipped else zlib.MAX_WBITS)
        self._may_lack_header = not gzipped
        self._held = b""
        """The bytes before there is a whole header, which `zlib` would take and not give back."""
        self._behind = 0
        """Bytes behind the end of what is packed, which are not read."""

    def each(self, packed: Iterable[bytes]) -> Iterator[bytes]:
        """Yield what the next packed bytes hold."""
        for data in packed:
            yield from self._unpacked(data)

    def _unpacked(self, data: bytes) -> Iterator[bytes]:
        if self._zlib.eof:
            self._behind += len(data)
            if self._behind > _STEP:
                raise httpx.DecodingError("the packed body goes on behind its end")
            return
        if self._may_lack_header:
            data = self._held + data
            if len(data) < _HEADER:
                self._held = data
                return
        more = True
        while more and not self._zlib.eof:
            try:
                unpacked = self._zlib.decompress(data, _STEP)
            except zlib.error as error:
                if not self._may_lack_header:
                    raise httpx.DecodingError(
                        f"the content-encoding is not what was named: {error}"
                    ) from error
                self._zlib = zlib.decompressobj(-zlib.MAX_WBITS)
                self._may_lack_header = False
                continue
            self._may_lack_header = self._may_lack_header and not data
            data = self._zlib.unconsumed_tail
            more = bool(data) or len(unpacked) == _STEP
            if unpacked:
                yield unpacked
