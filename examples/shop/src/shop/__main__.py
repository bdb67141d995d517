"""``python -m shop``: put the layers together and serve until told to stop."""

import argparse
import logging
import signal
from threading import Thread

from shop.services.catalogue import ProductCache
from shop.services.shop import Shop
from shop.storage.carts import CartStore
from shop.storage.database import IN_MEMORY, Database
from shop.storage.schema import create_tables, stock_up
from shop.web.application import Application
from shop.web.server import ShopServer

_STOP = (signal.SIGTERM, signal.SIGINT)


def main() -> None:
    """Serve the shop; the first line printed tells where."""
    options = _parser().parse_args()
    logging.basicConfig(level=logging.WARNING)
    # Blocked here, so that no thread is interrupted by them and sigwait gets them.
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOP)
    database = Database(options.database)
    try:
        create_tables(database)
        stock_up(database, options.products, options.stock)
        carts = CartStore(options.session_seconds)
        cache = ProductCache(options.cache_entries, options.cache_seconds)
        serve(ShopServer((options.host, options.port), Application(Shop(database, carts, cache))))
    finally:
        database.close()


def serve(server: ShopServer) -> None:
    """Answer requests until one of the signals to stop arrives."""
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="server")
    thread.start()
    print(f"listening on {server.url}", flush=True)
    signal.sigwait(_STOP)
    server.stop()
    thread.join()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m shop",
        description="A small web shop.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="the address to listen on")
    add("--port", type=int, default=8000, help="the port to listen on; 0 takes any free one")
    add("--database", default=IN_MEMORY, metavar="FILE", help="an SQLite file")
    add("--products", type=int, default=500, help="products in a new database")
    add("--stock", type=int, default=1000, help="how many of each in a new database")
    add("--session-seconds", type=float, default=300.0, help="a silent session lives so long")
    add("--cache-entries", type=int, default=1000, help="size of the catalogue's cache")
    add("--cache-seconds", type=float, default=30.0, help="how old a cached product may be")
    return parser


if __name__ == "__main__":
    main()
