"""What may be put under load, and how that is allowed."""

from pathlib import Path

import pytest
from config_samples import problems

from pytest_fitness.config.nodes import Scalar
from pytest_fitness.config.reader import Invalid, Reader
from pytest_fitness.config.targets import TargetUrl, is_loopback


def decoded(url: str, *allowed: str) -> str:
    """The address, or what is wrong with it."""
    reader = Reader("fitness.yaml", {})
    reader.allow_hosts = allowed
    found = TargetUrl().decode(Scalar(url, 3, 5), reader)
    if not isinstance(found, Invalid):
        return found
    (problem,) = reader.problems
    return str(problem)


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8000/checkout",
        "https://LOCALHOST",
        "http://shop.localhost/",
        "http://127.0.0.1:1",
        "http://127.8.8.8/a?b=c",
        "http://[::1]:8000/",
    ],
)
def test_this_machine_may_always_be_loaded(url: str) -> None:
    assert decoded(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example",
        "http://localhost.example:80",
        "http://10.0.0.1/",
        "http://[2001:db8::1]/",
        "http://localhost@shop.example/",
        "http://0.0.0.0/",
        "http://127.0.0.1.example/",
    ],
)
def test_any_other_host_has_to_be_allowed(url: str) -> None:
    told = decoded(url)
    assert "may not be put under load: it is not this machine" in told
    assert told.startswith("fitness.yaml:3:5: ")
    host = told.partition("allow_hosts: [")[2].partition("]`")[0]
    assert decoded(url, host) == url


@pytest.mark.parametrize("allowed", ["Shop.Example", "shop.example"])
@pytest.mark.parametrize("url", ["http://shop.example/a", "https://SHOP.example:8443"])
def test_an_allowed_host_is_known_however_it_is_written(url: str, allowed: str) -> None:
    assert decoded(url, allowed) == url


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("localhost:8000", "expected an address such as http://localhost:8000/checkout"),
        ("ftp://localhost", "expected an address"),
        ("http://", "expected an address"),
        ("http:///path", "names no host"),
        ("http://localhost:99999", "no address: "),
        ("http://[::1", "no address: "),
        ("http://local host", "expected an address"),
    ],
)
def test_what_is_no_address(url: str, said: str) -> None:
    told = decoded(url)
    assert said in told


@pytest.mark.parametrize("host", ["", "localhosts", "128.0.0.1", "::2", "xlocalhost"])
def test_what_is_not_this_machine(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    "entry", ["http://shop.example", "shop.example:80", '"*.example"', "shop.example/a", "a..b c"]
)
def test_an_entry_that_could_never_match_is_told(tmp_path: Path, entry: str) -> None:
    text = f"allow_hosts: [fine.example, {entry}]\nfunctions: {{it: {{rule: x}}}}\n"
    (told,) = problems(tmp_path, text)
    assert told.startswith("fitness.yaml:1:29: expected a host such as staging.example.org")


@pytest.mark.parametrize("entry", ["shop", "shop-2.example.org", "10.0.0.1", '"2001:db8::1"'])
def test_names_and_addresses_are_hosts(tmp_path: Path, entry: str) -> None:
    path = tmp_path / "fitness.yaml"
    path.write_text(f"allow_hosts: {entry}\n", "utf-8")
    (told,) = problems(tmp_path, path.read_text("utf-8"))
    assert "there are no `functions:`" in told
