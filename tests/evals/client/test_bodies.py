"""Bodies come out as they went in, however they were packed and in whatever pieces they arrive."""

import gzip
import zlib
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from evals.client.bodies import pieces

pytestmark = pytest.mark.anyio

PACKED: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "plain": ("", bytes),
    "gzip": ("gzip", gzip.compress),
    "old name": ("X-GZIP", gzip.compress),
    "deflate": ("deflate", zlib.compress),
    "deflate without a header": ("deflate", lambda data: zlib.compress(data, wbits=-15)),
    "twice": ("deflate, gzip", lambda data: gzip.compress(zlib.compress(data))),
}
BODIES = {
    "none": b"",
    "short": b'{"choices": []}',
    "a piece of zeros": bytes(1 << 16),
    "four pieces of zeros": bytes(1 << 18),
    "a little more": bytes((1 << 18) + 1),
    "numbers": " ".join(map(str, range(40_000))).encode(),
}


def answering(body: bytes, encoding: str, step: int) -> httpx.Response:
    async def parts() -> AsyncIterator[bytes]:
        for at in range(0, len(body), step):
            yield body[at : at + step]

    return httpx.Response(200, headers={"content-encoding": encoding}, content=parts())


@pytest.mark.parametrize("step", [2, 100, 1 << 20])
@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("way", PACKED)
async def test_a_body_is_whole(way: str, body: str, step: int) -> None:
    """However much of it a few packed bytes hold; and no piece is a large one."""
    encoding, pack = PACKED[way]
    packed = pack(BODIES[body])
    got = [piece async for piece in pieces(answering(packed, encoding, max(step, len(packed) // 2000)))]
    assert b"".join(got) == BODIES[body]
    if encoding:
        assert max(map(len, got), default=0) <= 1 << 16


@pytest.mark.parametrize("way", PACKED)
async def test_a_body_that_arrives_byte_by_byte(way: str) -> None:
    """Also where a header, or the lack of one, shows only with the second byte."""
    encoding, pack = PACKED[way]
    packed = pack(BODIES["short"])
    assert b"".join([piece async for piece in pieces(answering(packed, encoding, 1))]) == BODIES["short"]


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "deflate, gzip"])
async def test_what_is_packed_otherwise_is_an_error(encoding: str) -> None:
    """With a header or without one."""
    with pytest.raises(httpx.DecodingError, match="is not what was named"):
        [piece async for piece in pieces(answering(b"\xff{}" * 9, encoding, 5))]


@pytest.mark.parametrize("encoding", ["br", "gzip, br", "gzip, gzip, gzip"])
async def test_what_was_not_asked_for_is_an_error(encoding: str) -> None:
    with pytest.raises(httpx.DecodingError, match=f"the content-encoding is {encoding}, not gzip, deflate"):
        [piece async for piece in pieces(answering(b"{}", encoding, 5))]
