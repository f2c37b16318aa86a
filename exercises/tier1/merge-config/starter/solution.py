"""Merge layers of configuration: defaults, a file, overrides."""

from collections.abc import Sequence
from typing import Any

Config = dict[str, Any]

DELETE = "!delete"


def merge_layers(layers: Sequence[Config | None]) -> Config:
    """Merge layers of configuration; a later layer wins over an earlier one."""
    raise NotImplementedError


# ----- Given: it shows whether the result shares anything with the layers. Leave it as it is. -----


def layers_after_spoiling(layers: Sequence[Config | None]) -> Sequence[Config | None]:
    """Merge, then spoil every list and dict of the result; return the layers."""

    def spoil(value: Any) -> None:
        if isinstance(value, dict):
            for inner in value.values():
                spoil(inner)
            value["spoilt"] = True
        elif isinstance(value, list):
            for inner in value:
                spoil(inner)
            value.append("spoilt")

    result = merge_layers(layers)
    spoil(result)
    if result.get("spoilt") is not True:
        raise AssertionError("merge_layers did not return a dict")
    return layers
