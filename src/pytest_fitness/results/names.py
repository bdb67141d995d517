"""What may be named in ``fitness.yaml``; apart, as it is all that most runs need."""

from typing import Final

# The module of each format, which has `claims(file)`, `read(file, confidence)`, `unit_of(name)`.
MODULES: Final = {
    "k6": "k6",
    "locust": "locust",
    "jmeter": "jmeter",
    "pytest-benchmark": "pytest_benchmark",
    "pyperf": "pyperf",
    "hyperfine": "hyperfine",
    "asv": "asv",
    "cobertura": "cobertura",
    "junit": "junit",
}
FORMATS: Final = tuple(MODULES)
RECORDED: Final = r"[a-z0-9][a-z0-9._-]{0,199}"
"""The pattern of the names under which tests hand numbers over."""
