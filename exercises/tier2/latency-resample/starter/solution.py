"""Summarise a request log in windows of equal length."""

from typing import Any

import pandas as pd


def latency_windows(requests: list[dict[str, Any]], minutes: int, zone: str) -> pd.DataFrame:
    """Return one row a window: start, requests, p50, p95 and error_rate."""
    raise NotImplementedError
