"""Sockets that bound an answer as a whole."""

import socket
import threading
from collections.abc import Iterator

import pytest

from pytest_fitness.errors import MeasureError
from pytest_fitness.sources.support.bounded_sockets import BoundedSocket, Budget


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


Pair = tuple[socket.socket, socket.socket]


def test_it_behaves_as_the_socket_it_is_made_of(pair: Pair) -> None:
    bounded = BoundedSocket(pair[0], Budget(60.0))
    bounded.sendall(b"tea?")
    assert pair[1].recv(10) == b"tea?"
    pair[1].sendall(b"green")
    assert bounded.recv(10, socket.MSG_PEEK) == b"green"
    buffer = bytearray(3)
    assert bounded.recv_into(buffer) == 3
    assert bytes(buffer) == b"gre"
    assert bounded.recv(10) == b"en"
    assert bounded.fileno() == pair[0].fileno()


def test_its_own_timeout_still_counts(pair: Pair) -> None:
    bounded = BoundedSocket(pair[0], Budget(600.0))
    bounded.settimeout(0.01)
    with pytest.raises(TimeoutError):
        bounded.recv(1)
    bounded.settimeout(0)
    with pytest.raises(BlockingIOError):
        bounded.recv(1)


def test_a_trickle_ends_with_the_budget_though_each_byte_comes_in_time(pair: Pair) -> None:
    bounded = BoundedSocket(pair[0], Budget(0.2))
    bounded.settimeout(60.0)
    stop = threading.Event()

    def trickle() -> None:
        while not stop.wait(0.01):
            pair[1].sendall(b"x")

    thread = threading.Thread(target=trickle)
    thread.start()
    try:
        with pytest.raises(TimeoutError):
            all(iter(lambda: bounded.recv(1), b""))
    finally:
        stop.set()
        thread.join()


def test_a_spent_budget_neither_sends_nor_connects(pair: Pair) -> None:
    bounded = BoundedSocket(pair[0], Budget(-1.0))
    with pytest.raises(TimeoutError):
        bounded.sendall(b"x")
    with pytest.raises(TimeoutError):
        bounded.connect("nowhere")
    buffer = bytearray(1)
    with pytest.raises(TimeoutError):
        bounded.recv_into(buffer)


def test_bytes_are_counted_until_the_next_request(pair: Pair) -> None:
    budget = Budget(60.0, limit=10)
    bounded = BoundedSocket(pair[0], budget)
    pair[1].sendall(b"x" * 21)
    assert len(bounded.recv(10)) == 10
    budget.begin()
    assert bounded.recv_into(bytearray(10)) == 10
    with pytest.raises(MeasureError, match="the answer has more than") as caught:
        bounded.recv(10)
    assert caught.value.hint


def test_each_thread_has_its_own_budget() -> None:
    budget = Budget(60.0, limit=10)
    budget.spend(8)
    spent: list[Exception | None] = []

    def spend() -> None:
        budget.spend(8)
        spent.append(None)

    thread = threading.Thread(target=spend)
    thread.start()
    thread.join()
    assert spent == [None]
    with pytest.raises(MeasureError):
        budget.spend(8)
