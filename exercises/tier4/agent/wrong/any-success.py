"""An agent: it lets a model call tools until the model has an answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from chat import ChatError, Reply
from tools import Toolbox, tool_schema


def complete(
    client: httpx.Client,
    model: str,
    messages: list[dict[str, Any]],
    tools: list[dict[str, Any]],
) -> Reply:
    """Ask the model for the next message."""
    body: dict[str, Any] = {"model": model, "messages": messages}
    if tools:
        body["tools"] = tools
    try:
        response = client.post("/v1/chat/completions", json=body)
    except httpx.TransportError as error:
        raise ChatError("no answer") from error
    if not response.is_success:
        raise ChatError(f"HTTP {response.status_code}")
    try:
        data = response.json()
    except ValueError as error:
        raise ChatError("bad answer") from error
    return Reply(data["choices"][0]["message"], data["usage"]["total_tokens"])


@dataclass
class Run:
    """How a run of the agent went."""

    stop: str = "steps"  # "answer", "steps" or "error"
    answer: str | None = None
    error: str | None = None
    steps: int = 0
    tokens: int = 0
    messages: list[dict[str, Any]] = field(default_factory=list)


def run_agent(
    client: httpx.Client,
    model: str,
    question: str,
    toolbox: Toolbox,
    *,
    system: str | None = None,
    max_steps: int = 6,
) -> Run:
    """Ask the model, run the tools that it calls, and go on until it answers."""
    if max_steps < 1:
        raise ValueError("max_steps must be at least 1")
    run = Run()
    if system is not None:
        run.messages.append({"role": "system", "content": system})
    run.messages.append({"role": "user", "content": question})
    while True:
        run.steps += 1
        is_last = run.steps == max_steps
        try:
            reply = complete(client, model, run.messages, [] if is_last else toolbox.schemas())
        except ChatError as error:
            run.stop, run.error = "error", str(error)
            break
        run.tokens += reply.tokens
        run.messages.append(reply.message)
        calls = reply.message.get("tool_calls")
        if not calls:
            run.stop, run.answer = "answer", reply.message["content"]
            break
        if is_last:
            break
        for call in calls:
            said = toolbox.call(call["function"]["name"], call["function"]["arguments"])
            run.messages.append({"role": "tool", "tool_call_id": call["id"], "content": said})
    return run


# ----- Given: a shop's help desk, and ways to try your parts. Leave all below as it is. -----

ORDERS: dict[str, dict[str, Any]] = {
    "A-1007": {"customer": "Ana", "status": "shipped", "total": 59.9},
    "A-1009": {"customer": "Ana", "status": "in the warehouse", "total": 120.0},
    "B-2001": {"customer": "Björn", "status": "delivered", "total": 35.5},
    "A-1012": {"customer": "Ana", "status": "paid", "total": 18.0},
    "A-1013": {"customer": "Ana", "status": "paid", "total": 7.25},
}
RAN: list[str] = []  # what tools were really run, with what


def today() -> str:
    RAN.append("today()")
    return "2024-05-17"


def order_status(order_id: str) -> str:
    """Tell where an order is.

    Raises LookupError when there is no such order.
    """
    RAN.append(f"order_status({order_id})")
    if order_id not in ORDERS:
        raise LookupError(f"no order {order_id}")
    return f"{order_id} is {ORDERS[order_id]['status']}"


def list_orders(customer: str, limit: int = 3) -> list[str]:
    """List the newest orders of a customer."""
    RAN.append(f"list_orders({customer}, {limit})")
    return [number for number, order in ORDERS.items() if order["customer"] == customer][-limit:]


def refund(order_id: str, amount: float, notify: bool = True) -> dict[str, Any]:
    """
    Pay back a part of an order, or all of it.

    Raises ValueError when the order did not cost as much.
    """
    RAN.append(f"refund({order_id}, {amount}, {notify})")
    if amount > ORDERS[order_id]["total"]:
        raise ValueError(f"{order_id} was only {ORDERS[order_id]['total']}")
    return {"customer": ORDERS[order_id]["customer"], "refunded": amount, "mail": notify}


def customers() -> set[str]:
    """List all customers."""
    RAN.append("customers()")
    return {str(order["customer"]) for order in ORDERS.values()}


TOOLS = {tool.__name__: tool for tool in (today, order_status, list_orders, refund, customers)}
ALL = tuple(TOOLS)


def schema_of(name: str) -> dict[str, Any]:
    """Return what `tool_schema` makes of a tool of the help desk."""
    return tool_schema(TOOLS[name])


def try_call(name: str, arguments: str, tools: Sequence[str] = ALL) -> dict[str, Any]:
    """Return what `Toolbox.call` says, and which tools really ran."""
    RAN.clear()
    said = Toolbox([TOOLS[tool] for tool in tools]).call(name, arguments)
    return {"said": said, "ran": list(RAN)}


def try_complete(question: str, tools: Sequence[str] = (), timeout: float = 5.0) -> dict[str, Any]:
    """Return what `complete` answers to one question, or the error."""
    messages = [{"role": "user", "content": question}]
    with desk(timeout) as client:
        try:
            reply = complete(
                client, "desk-1", messages, [tool_schema(TOOLS[tool]) for tool in tools]
            )
        except ChatError as error:
            return {"error": str(error)}
    return {"message": reply.message, "tokens": reply.tokens}


def rehearse(
    question: str, tools: Sequence[str] = ALL, timeout: float = 5.0, **options: Any
) -> dict[str, Any]:
    """Let your agent work on a question, and tell what happened; each message becomes a line."""
    RAN.clear()
    with desk(timeout) as client:
        toolbox = Toolbox([TOOLS[tool] for tool in tools])
        run = run_agent(client, "desk-1", question, toolbox, **options)
    return {
        "stop": run.stop,
        "answer": run.answer,
        "error": run.error,
        "steps": run.steps,
        "tokens": run.tokens,
        "ran": list(RAN),
        "messages": [line(message) for message in run.messages],
    }


def desk(timeout: float) -> httpx.Client:
    """Return a client for the endpoint."""
    key = {"Authorization": "Bearer sk-desk"}
    return httpx.Client(base_url="http://127.0.0.1:8000", headers=key, timeout=timeout)


def line(message: dict[str, Any]) -> str:
    """Write a message in one line."""
    calls = [
        f"{call['id']}={call['function']['name']}({call['function']['arguments']})"
        for call in message.get("tool_calls") or []
    ]
    who = " ".join(str(message[key]) for key in ("role", "tool_call_id") if key in message)
    said = [message.get("content") or "", *calls]
    return f"{who}: {' '.join(part for part in said if part)}".rstrip()
