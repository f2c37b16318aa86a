import torch
from torch import nn


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

    def forward(self, x):
        """Return one number a row, with the shape (n, 1)."""
        return self.out(torch.tanh(self.hidden(self.norm(x))))


def train(x, y, x_val, y_val, *, epochs, lr, batch_size):
    x = torch.as_tensor(x, dtype=torch.float32)
    y = torch.as_tensor(y, dtype=torch.float32).reshape(-1, 1)
    x_val = torch.as_tensor(x_val, dtype=torch.float32)
    y_val = torch.as_tensor(y_val, dtype=torch.float32).reshape(-1, 1)

    n = x.shape[0]
    model = Net(x.shape[1])
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    criterion = nn.MSELoss()

    history = {"train_loss": [], "val_loss": []}
    for epoch in range(epochs):
        model.train()
        running = 0.0
        for start in range(0, n, batch_size):
            xb = x[start:start + batch_size]
            yb = y[start:start + batch_size]
            out = model(xb)
            loss = criterion(out, yb)
            opt.zero_grad()
            loss.backward()
            opt.step()
            running += loss.item() * xb.shape[0]
        history["train_loss"].append(running / n)

        model.eval()
        with torch.no_grad():
            history["val_loss"].append(criterion(model(x_val), y_val).item())

    model.eval()
    with torch.no_grad():
        history["predictions"] = model(x_val).flatten().tolist()
    return history
