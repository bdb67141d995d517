"""The published formulas behind size, effort and maintainability figures.

Halstead's measures are those of M. H. Halstead, *Elements of Software Science* (1977). With `h1`
and `h2` the distinct operators and operands, `N1` and `N2` all of them, each function here takes
those four counts in that order. The maintainability index is the one of P. Oman and
J. Hagemeister, *Metrics for Assessing a Software System's Maintainability* (1992), scaled to
0..100 as Visual Studio does, with the comment term of the Software Engineering Institute. The
order of the arithmetic is radon's, so that results are equal to the last bit.
"""

import math


def halstead_volume(h1: int, h2: int, n1: int, n2: int) -> float:
    """Return `V = (N1 + N2) * log2(h1 + h2)`: the size of the implementation, in bits."""
    vocabulary = h1 + h2
    return (n1 + n2) * math.log(vocabulary, 2) if vocabulary else 0.0  # noqa: FURB163


def halstead_difficulty(h1: int, h2: int, n1: int, n2: int) -> float:  # noqa: ARG001
    """Return `D = (h1 / 2) * (N2 / h2)`: how error-prone the program is to write."""
    return (h1 * n2) / float(2 * h2) if h2 else 0.0


def halstead_effort(h1: int, h2: int, n1: int, n2: int) -> float:
    """Return `E = D * V`: the mental effort of writing or understanding the program."""
    return halstead_difficulty(h1, h2, n1, n2) * halstead_volume(h1, h2, n1, n2)


def halstead_bugs(h1: int, h2: int, n1: int, n2: int) -> float:
    """Return `B = V / 3000`: the errors to be expected in the implementation."""
    return halstead_volume(h1, h2, n1, n2) / 3000.0


def maintainability(volume: float, complexity: int, lloc: int, comments_percent: float) -> float:
    """Return the maintainability index, from 0 (worst) to 100 (best).

    `171 - 5.2 ln V - 0.23 G - 16.2 ln L + 50 sin sqrt(2.46 C)`, scaled by 100/171 and clipped,
    where `C` is the percentage of comment lines read as degrees.

    A file without any operator has no Halstead volume. Radon calls every such file perfect;
    here the volume then contributes nothing and the other terms still count.

    Args:
        volume: Halstead volume of the file.
        complexity: Total cyclomatic complexity of the file.
        lloc: Logical lines of code; a file without any is perfect.
        comments_percent: Comment and docstring lines for each 100 source lines.
    """
    if lloc <= 0:
        return 100.0
    index = (
        171
        - 5.2 * (math.log(volume) if volume > 0 else 0.0)
        - 0.23 * complexity
        - 16.2 * math.log(lloc)
        + 50 * math.sin(math.sqrt(2.46 * math.radians(comments_percent)))
    )
    return min(max(0.0, index * 100 / 171.0), 100.0)
