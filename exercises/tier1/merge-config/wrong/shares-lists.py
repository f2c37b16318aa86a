"""Merge layers of configuration: defaults, a file, overrides."""

from collections.abc import Sequence
from typing import Any

Config = dict[str, Any]

DELETE = "!delete"


def merge(base: Config, layer: Config) -> Config:
    """Return `base` with `layer` laid over it, without changing either of them."""
    merged = dict(base)
    for key, value in layer.items():
        if value == DELETE:
            merged.pop(key, None)
        elif isinstance(value, dict):
            below = merged.get(key)
            merged[key] = merge(below if isinstance(below, dict) else {}, value)
        else:
            merged[key] = value
    return merged


def merge_layers(layers: Sequence[Config | None]) -> Config:
    """Merge layers of configuration; a later layer wins over an earlier one."""
    merged: Config = {}
    for number, layer in enumerate(layers):
        if layer is None:
            continue
        if not isinstance(layer, dict):
            raise TypeError(
                f"layer {number} must be a dict, not {type(layer).__name__}"
            )
        merged = merge(merged, layer)
    return merged


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
