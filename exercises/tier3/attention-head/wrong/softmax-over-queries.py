"""One causal self-attention head."""

import math
from typing import Any

import torch
from torch import Tensor, nn


class CausalHead(nn.Module):
    """Scaled dot-product attention of every token to itself and the tokens before it."""

    def __init__(self, model_dim: int, head_dim: int) -> None:
        super().__init__()
        self.query = nn.Linear(model_dim, head_dim, bias=False)
        self.key = nn.Linear(model_dim, head_dim, bias=False)
        self.value = nn.Linear(model_dim, head_dim, bias=False)

    def attention(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return the weights, with the shape (batch, length, length)."""
        queries, keys = self.query(x), self.key(x)
        scores = queries @ keys.transpose(-2, -1) / math.sqrt(keys.shape[-1])
        length = x.shape[1]
        allowed = torch.ones(length, length, dtype=torch.bool, device=x.device).tril()
        if mask is not None:
            allowed = allowed & mask.bool()[:, None, :]
        # A finite number, not -inf: a row of -inf alone has NaN for its softmax and gradient.
        scores = scores.masked_fill(~allowed, torch.finfo(scores.dtype).min)
        weights: Tensor = scores.softmax(dim=1) * allowed
        return weights

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return one vector for each token, with the shape (batch, length, head_dim)."""
        result: Tensor = self.attention(x, mask) @ self.value(x)
        return result


# ----- Given: what the cases call. Leave everything below as it is. -----


def prepare(
    x: list[Any], weights: dict[str, list[list[float]]], mask: list[Any] | None
) -> tuple[CausalHead, Tensor, Tensor | None]:
    """Return a head with these weights, and the inputs as tensors."""
    state = {f"{name}.weight": torch.tensor(rows) for name, rows in weights.items()}
    head_dim, model_dim = state["query.weight"].shape
    head = CausalHead(model_dim, head_dim)
    head.load_state_dict(state)
    return head, torch.tensor(x), None if mask is None else torch.tensor(mask)


def run(
    x: list[Any],
    weights: dict[str, list[list[float]]],
    mask: list[Any] | None = None,
) -> dict[str, Any]:
    """Return what a head with these weights makes of `x`."""
    head, inputs, real = prepare(x, weights, mask)
    attention, output = head.attention(inputs, real), head(inputs, real)
    untouched = torch.equal(inputs, torch.tensor(x)) and (
        real is None or torch.equal(real, torch.tensor(mask))
    )
    if not untouched:
        raise RuntimeError("the head changed x or mask in place")
    return {"attention": attention.tolist(), "output": output.tolist()}


def gradient(
    x: list[Any],
    weights: dict[str, list[list[float]]],
    mask: list[Any] | None = None,
) -> list[Any]:
    """Return the gradient of the sum of all outputs with respect to `x`."""
    head, inputs, real = prepare(x, weights, mask)
    inputs.requires_grad_()
    head(inputs, real).sum().backward()
    if inputs.grad is None:
        raise RuntimeError("no gradient has come back to x")
    return list(inputs.grad.tolist())


def parameters(model_dim: int, head_dim: int) -> dict[str, list[int]]:
    """Return the shape of every parameter of a head."""
    head = CausalHead(model_dim, head_dim)
    return {name: list(value.shape) for name, value in head.named_parameters()}
