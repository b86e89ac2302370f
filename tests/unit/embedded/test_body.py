"""Bodies: how long they are, and when that cannot be told."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datacontract_runner.embedded.body import BadFraming, open_body


def chunked(pieces):
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces if piece) + b"0\r\n\r\n"


@given(st.lists(st.binary(max_size=50)), st.integers(1, 20))
def test_a_chunked_body_is_its_chunks_and_leaves_what_follows(pieces, size):
    file = io.BytesIO(chunked(pieces) + b"NEXT")
    body = open_body(file, {"transfer-encoding": ["chunked"]})
    assert b"".join(iter(lambda: body.read(size), b"")) == b"".join(pieces)
    assert file.read() == b"NEXT"


@given(st.binary(max_size=50), st.integers(1, 20))
def test_a_sized_body_is_so_long_and_leaves_what_follows(data, size):
    file = io.BytesIO(data + b"NEXT")
    body = open_body(file, {"content-length": [str(len(data))]})
    assert b"".join(iter(lambda: body.read(size), b"")) == data
    assert file.read() == b"NEXT"


@pytest.mark.parametrize(
    "headers",
    [
        {"transfer-encoding": ["chunked"], "content-length": ["3"]},
        {"transfer-encoding": ["gzip, chunked"]},
        {"transfer-encoding": ["chunked", "chunked"]},
        {"content-length": ["3", "4"]},
        {"content-length": ["-1"]},
        {"content-length": ["0x3"]},
        {"content-length": ["3, 3"]},
        {"content-length": ["٣"]},
    ],
)
def test_a_length_that_is_not_certain_is_refused(headers):
    with pytest.raises(BadFraming):
        open_body(io.BytesIO(b"abc"), headers)


@pytest.mark.parametrize(
    "data",
    [
        b"5\r\nabc",
        b"3\r\nabcX\r\n",
        b"zz\r\n",
        b"\r\n",
        b"3",
        b"-3\r\nabc\r\n",
        b"3" * 2000 + b"\r\n",
        b"0\r\nX: " + b"y" * 2000,
    ],
)
def test_a_broken_chunked_body_is_a_broken_connection(data):  # fmt: skip
    body = open_body(io.BytesIO(data), {"transfer-encoding": ["chunked"]})
    with pytest.raises(ConnectionError):
        body.read(-1)
