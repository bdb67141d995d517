"""Unpacking what a server sends packed."""

import zlib


class GzipStream:
    """Unpacks gzip, never more of it at once than there is room for."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(31)
        self._is_fresh = True

    @property
    def is_whole(self) -> bool:
        """Whether all that was begun has ended; nothing at all is whole, too."""
        return self._is_fresh or self._inflate.eof

    def unpack(self, chunk: bytes, room: int) -> bytes:
        """At most ``room`` bytes; what is beyond them is lost."""
        content = bytearray()
        while chunk and len(content) < room:
            if self._inflate.eof:  # several files in a row are one
                self._inflate = zlib.decompressobj(31)
            content += self._inflate.decompress(chunk, room - len(content))
            self._is_fresh = False
            chunk = self._inflate.unconsumed_tail or self._inflate.unused_data
        return bytes(content)
