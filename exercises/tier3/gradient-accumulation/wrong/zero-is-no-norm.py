"""Train with gradient accumulation: small micro-batches, the step of the large batch."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.nn.utils import clip_grad_norm_
from torch.optim import SGD, Optimizer

IGNORE = -100  # the label of a place that does not count


def accumulate(
    model: nn.Module, tokens: Tensor, labels: Tensor, micro_batch_size: int
) -> float:
    """Add the gradient of the batch's mean loss to the parameters; return that loss."""
    labelled = int((labels != IGNORE).sum())
    total = 0.0
    for micro_tokens, micro_labels in zip(
        tokens.split(micro_batch_size), labels.split(micro_batch_size), strict=True
    ):
        logits = model(micro_tokens).flatten(0, 1)
        loss = cross_entropy(
            logits, micro_labels.flatten(), ignore_index=IGNORE, reduction="sum"
        )
        loss = loss / labelled
        loss.backward()
        total += loss.item()
    return total


def train(
    model: nn.Module,
    optimizer: Optimizer,
    tokens: Tensor,
    labels: Tensor,
    *,
    batch_size: int,
    micro_batch_size: int,
    epochs: int = 1,
    max_norm: float | None = None,
) -> list[float]:
    """Train with one step a batch; return the loss of each batch before its step."""
    losses: list[float] = []
    for _ in range(epochs):
        for batch, batch_labels in zip(
            tokens.split(batch_size), labels.split(batch_size), strict=True
        ):
            if not (batch_labels != IGNORE).any():
                losses.append(0.0)
                continue
            optimizer.zero_grad()
            losses.append(accumulate(model, batch, batch_labels, micro_batch_size))
            if max_norm:
                clip_grad_norm_(model.parameters(), max_norm)
            optimizer.step()
    return losses


# ----- Given: what the cases call. Leave everything below as it is. -----


class Net(nn.Module):
    """A small model that starts from the same numbers every time and counts its rows."""

    def __init__(self, vocabulary: int = 5, size: int = 2) -> None:
        super().__init__()
        self.embed = nn.Embedding(vocabulary, size)
        self.out = nn.Linear(size, vocabulary)
        with torch.no_grad():
            for weight in (self.embed.weight, self.out.weight):
                start = torch.linspace(-0.9, 1.1, weight.numel())
                weight.copy_(start.reshape(weight.shape))
            self.out.bias.zero_()
        self.most_rows = self.graphs = self.most_graphs = 0

    def forward(self, tokens: Tensor) -> Tensor:
        """Return logits with the shape (rows, length, vocabulary)."""
        logits: Tensor = self.out(self.embed(tokens))
        self.most_rows = max(self.most_rows, len(tokens))
        if logits.requires_grad:
            self.graphs += 1
            self.most_graphs = max(self.most_graphs, self.graphs)
            logits.register_hook(self.gradient_came)
        return logits

    def gradient_came(self, gradient: Tensor) -> None:
        """Count one graph less: its `backward` has come through."""
        self.graphs -= 1


def experiment(
    tokens: list[list[int]],
    labels: list[list[int]],
    *,
    lr: float = 0.5,
    momentum: float = 0.0,
    leftover: bool = False,
    **settings: Any,
) -> dict[str, Any]:
    """Train a Net with your `train`; return the losses and what came of it."""
    net = Net()
    optimizer = SGD(net.parameters(), lr=lr, momentum=momentum)
    steps: list[None] = []
    optimizer.register_step_post_hook(lambda *_: steps.append(None))
    if leftover:
        for parameter in net.parameters():
            parameter.grad = torch.ones_like(parameter)
    losses = train(
        net, optimizer, torch.tensor(tokens), torch.tensor(labels), **settings
    )
    return {
        "losses": losses,
        "parameters": {name: value.tolist() for name, value in net.named_parameters()},
        "steps": len(steps),
        "most_rows": net.most_rows,
        "most_graphs": net.most_graphs,
    }
