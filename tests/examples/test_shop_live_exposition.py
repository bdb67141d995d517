"""Metrics as text, whatever is in their labels."""

import pytest
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as parse_open_metrics,
)
from prometheus_client.parser import text_string_to_metric_families as parse_prometheus
from running_shop import SOURCE


@pytest.mark.parametrize("text", ['a"b', "a\\b", "a\nb", '\\n"', "é}{,=", ""])
def test_labels_are_escaped(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.syspath_prepend(SOURCE)
    from shop.web.exposition import OPEN_METRICS, PROMETHEUS, Metric, Sample, expose

    metric = Metric("tried", "gauge", "Tried.", (Sample(1.5, labels={"page": text}),))

    for content_type, parse in ((PROMETHEUS, parse_prometheus), (OPEN_METRICS, parse_open_metrics)):
        (family,) = parse(expose([metric], content_type))
        (sample,) = family.samples
        assert (sample.name, sample.labels, sample.value) == ("tried", {"page": text}, 1.5)


def test_a_number_stays_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(SOURCE)
    from shop.web.exposition import PROMETHEUS, counter, expose, gauge

    for number in (0, 1, 10**15, 0.1, 1e-9, 2.5e30):
        (family,) = parse_prometheus(expose([gauge("tried", "Tried.", number)], PROMETHEUS))
        assert family.samples[0].value == number
        (family,) = parse_prometheus(expose([counter("tried", "Tried.", number)], PROMETHEUS))
        assert (family.samples[0].name, family.samples[0].value) == ("tried_total", number)
