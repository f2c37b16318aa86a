"""Summarise a request log in windows of equal length."""

from typing import Any

import pandas as pd

FIRST_ERROR = 400


def latency_windows(requests: list[dict[str, Any]], minutes: int, zone: str) -> pd.DataFrame:
    """Return one row a window: start, requests, p50, p95 and error_rate."""
    if minutes < 1 or 60 % minutes != 0:
        raise ValueError(f"an hour cannot be divided into windows of {minutes} minutes")
    # Without `astype`, a column of None only would be a column of objects.
    log = pd.DataFrame(requests, columns=["at", "status", "ms"]).astype(
        {"status": float, "ms": float}
    )
    log["failed"] = ~log["status"].between(200, 399) & ~log["status"].ge(600)
    log["served"] = log["ms"].mask(log["failed"])
    moments = pd.to_datetime(log["at"], format="ISO8601", utc=True).dt.tz_convert(zone)
    windows = log.set_index(pd.DatetimeIndex(moments)).resample(f"{minutes}min")
    table = pd.DataFrame(
        {
            "requests": windows.size(),
            "p50": windows["served"].quantile(0.5),
            "p95": windows["served"].quantile(0.95),
            "error_rate": windows["failed"].mean().fillna(0.0),
        }
    )
    table.insert(0, "start", [moment.isoformat() for moment in table.index])
    return table.reset_index(drop=True)
