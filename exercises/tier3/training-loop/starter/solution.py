"""Train a small network with a loop written by hand."""

from typing import Any

import torch
from torch import Tensor, nn


class Net(nn.Module):
    """Given, leave it as it is: a network that starts from the same numbers every time."""

    def __init__(self, features: int, width: int = 4) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(features)
        self.hidden = nn.Linear(features, width)
        self.out = nn.Linear(width, 1)
        with torch.no_grad():
            for layer in (self.hidden, self.out):
                start = torch.linspace(-0.5, 0.7, layer.weight.numel())
                layer.weight.copy_(start.reshape(layer.weight.shape))
                layer.bias.zero_()

    def forward(self, x: Tensor) -> Tensor:
        """Return one number a row, with the shape (n, 1)."""
        result: Tensor = self.out(torch.tanh(self.hidden(self.norm(x))))
        return result


def train(
    x: Any,
    y: Any,
    x_val: Any,
    y_val: Any,
    *,
    epochs: int,
    lr: float,
    batch_size: int,
) -> dict[str, list[float]]:
    """Train a Net and return its train_loss, val_loss and predictions."""
    raise NotImplementedError
