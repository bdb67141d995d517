"""Run by the interpreter that has Otava: series in, as JSON, their change points out."""

import json
import sys
import time

from otava.analysis import compute_change_points  # type: ignore[import-not-found]


def main() -> None:
    """Detect with the options that Otava's own command has by default."""
    histories = json.load(sys.stdin)
    compute_change_points(histories[0], window_len=50, max_pvalue=0.001)
    started = time.process_time()
    found = [compute_change_points(each, window_len=50, max_pvalue=0.001)[0] for each in histories]
    seconds = time.process_time() - started
    points = [[int(point.index) for point in each] for each in found]
    json.dump({"points": points, "seconds": seconds}, sys.stdout)


main()
