"""Typed settings from environment variables."""

from dataclasses import dataclass


class SettingsError(ValueError):
    """One or more environment variables are missing or make no sense."""


@dataclass(frozen=True)
class Settings:
    api_key: str
    # the other fields of the table


def load_settings() -> Settings:
    """The settings that the environment asks for."""
    raise NotImplementedError
