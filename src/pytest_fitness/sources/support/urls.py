"""URLs as messages may show them."""

from urllib.parse import urlsplit


def shown_url(url: str) -> str:
    """The URL without what may be secret: user, password, values of the query, fragment."""
    try:
        parts = urlsplit(url)
        # A password with a slash or the like in it ends up where the port should be.
        _ = parts.port
    except ValueError:
        return "the url"
    host = parts.netloc.rpartition("@")[2]
    names = [pair.partition("=")[0] for pair in parts.query.split("&") if "=" in pair]
    query = "?" + "&".join(f"{name}=…" for name in names) if names else ""
    return f"{parts.scheme}://{host}{parts.path}{query}"
