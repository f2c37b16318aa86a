"""Typed settings from environment variables."""

import math
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

SWITCH = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off"), False),
}


class SettingsError(ValueError):
    """One or more environment variables are missing or make no sense."""


@dataclass(frozen=True)
class Settings:
    api_key: str = field(repr=False)
    base_url: str = "https://api.example.com/v1"
    model: str = "small-1"
    temperature: float = 0.0
    max_tokens: int = 1024
    timeout: float = 30.0
    stream: bool = False
    stop: tuple[str, ...] = ()


@dataclass(frozen=True)
class Variable:
    """How one environment variable becomes one field."""

    field: str
    rule: str
    read: Callable[[str], object]
    required: bool = False
    secret: bool = False

    @property
    def name(self) -> str:
        return f"APP_{self.field.upper()}"

    def complaint(self, text: str) -> str:
        shown = "" if self.secret else f", not {text!r}"
        return f"{self.name} must be {self.rule}{shown}"


def read_key(text: str) -> str:
    if len(text.split()) != 1:
        raise ValueError
    return text


def read_url(text: str) -> str:
    url = text.rstrip("/")  # first of all, so that "https://" alone is refused
    if not url.startswith(("http://", "https://")):
        raise ValueError
    return url


def read_temperature(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 2:  # false for nan as well
        raise ValueError
    return value


def read_max_tokens(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError
    return value


def read_timeout(text: str) -> float:
    value = float(text)
    if not (value > 0 and math.isfinite(value)):
        raise ValueError
    return value


def read_switch(text: str) -> bool:
    try:
        return SWITCH[text.lower()]
    except KeyError:
        raise ValueError from None


def read_list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


VARIABLES = (
    Variable("api_key", "one word", read_key, required=True, secret=True),
    Variable("base_url", "an http or https URL", read_url),
    Variable("model", "a text", str),
    Variable("temperature", "a number from 0 to 2", read_temperature),
    Variable("max_tokens", "a whole number from 1", read_max_tokens),
    Variable("timeout", "a number above 0", read_timeout),
    Variable("stream", "true or false", read_switch),
    Variable("stop", "a list", read_list),
)


def load_settings() -> Settings:
    """The settings that the environment asks for."""
    values: dict[str, Any] = {}
    problems: list[str] = []
    for variable in VARIABLES:
        text = os.environ.get(variable.name, "").strip()
        if text:
            try:
                values[variable.field] = variable.read(text)
            except ValueError:
                problems.append(variable.complaint(text))
        elif variable.required:
            problems.append(f"{variable.name} is missing")
    if problems:
        raise SettingsError("; ".join(problems))
    return Settings(**values)
