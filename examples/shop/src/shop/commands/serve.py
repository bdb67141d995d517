"""``serve``: the layers put together, until told to stop."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from shop.commands.signals import hold_signals, wait_for_signal
from shop.services.catalogue import ProductCache
from shop.services.shop import Shop
from shop.storage.carts import CartStore
from shop.storage.database import Database
from shop.storage.schema import create_tables, stock_up
from shop.web.application import Application
from shop.web.faults import Faults
from shop.web.server import ShopServer


def serve(options: Namespace) -> int:
    """Serve the shop; the first line printed tells where."""
    hold_signals()
    with open_shop(options):
        wait_for_signal()
    return 0


@contextmanager
def open_shop(options: Namespace) -> Iterator[str]:
    """A shop that answers at this address, and at the end all that it has received."""
    database = Database(options.database)
    try:
        create_tables(database)
        stock_up(database, options.products, options.stock)
        with _answering(_server(options, database)) as url, _announced(url, options.port_file):
            yield url
    finally:
        database.close()


def _server(options: Namespace, database: Database) -> ShopServer:
    carts = CartStore(options.session_seconds)
    entries = 0 if options.no_cache else options.cache_entries
    shop = Shop(database, carts, ProductCache(entries, options.cache_seconds))
    faults = Faults(options.slow, options.leak, options.lock)
    return ShopServer((options.host, options.port), Application(shop, faults))


@contextmanager
def _answering(server: ShopServer) -> Iterator[str]:
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="server")
    thread.start()
    try:
        yield server.url
    finally:
        server.stop()
        thread.join()


@contextmanager
def _announced(url: str, port_file: Path | None) -> Iterator[None]:
    if port_file:
        # Whoever waits for the file must never see half of a number.
        unfinished = port_file.with_name(f"{port_file.name}.new")
        unfinished.write_text(f"{url.rpartition(':')[2]}\n", encoding="ascii")
        unfinished.replace(port_file)
    print(f"listening on {url}", flush=True)
    try:
        yield
    finally:
        if port_file:
            port_file.unlink(missing_ok=True)
