import json
import sys

import torch
from torch import nn


class Network(nn.Module):
    def __init__(self, given: dict) -> None:
        super().__init__()
        for name in ("w1", "b1", "w2", "b2"):
            self.register_buffer(name, torch.tensor(given[name]))

    @torch.inference_mode()
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        hidden = torch.relu(torch.addmm(self.b1, x, self.w1.T))
        return torch.addmm(self.b2, hidden, self.w2.T)


given = json.load(sys.stdin)
print(json.dumps(Network(given)(torch.tensor(given["x"])).tolist()))
