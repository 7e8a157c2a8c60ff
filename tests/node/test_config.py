"""The configuration says what it does not know, and prints back what it read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ground.errors import InputError
from evenhand.node.config import NodeConfig, parse_config, print_config, split_address

CONFIG = NodeConfig(
    member="ITA", name="Italy", coalition="shield.example", listen="127.0.0.1:7401", urls=("https://ita.example:7401",)
)


def test_it_prints_back_what_it_read() -> None:
    assert parse_config(print_config(CONFIG)) == CONFIG


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40))
def test_any_name_survives(name: str) -> None:
    config = NodeConfig(member="ITA", name=name, coalition="c", listen="[::1]:1")
    assert parse_config(print_config(config)) == config


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("colour = 1", "colour"), ("[import]\nspeed = 3", "speed"), ("[storage]\nsnapshot = 3", "snapshot"),
        ("genesis = 'xyz'", "genesis"), ("[import]\nwithdraw_percent_max = 101", "withdraw_percent_max"),
        ("[signing]\npartners_to_confirm = -1", "partners_to_confirm"),
        ('[matching]\nengine = "best"', "engine"),
        ("= 3", "not TOML"), ("urls = ['http://x']", "https"), ("urls = ['https://x/']", "https"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named(line: str, said: str) -> None:
    base = "".join(one for one in print_config(CONFIG).splitlines(keepends=True)[:5])
    with pytest.raises(InputError, match=said):
        parse_config(f"{base}{line}\n")


@pytest.mark.parametrize("listen", ["", "7401", "host:", "host:0", "host:65536", ":80", "host:八"])
def test_an_address_is_host_and_port(listen: str) -> None:
    with pytest.raises(InputError):
        split_address(listen)


def test_an_address_of_either_kind() -> None:
    assert split_address("[::1]:7401") == ("::1", 7401)
    assert split_address("0.0.0.0:1") == ("0.0.0.0", 1)
