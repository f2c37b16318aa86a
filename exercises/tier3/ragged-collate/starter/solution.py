"""Turn examples of different lengths into rectangular batches for fine-tuning."""

from typing import Any

from torch import Tensor
from torch.utils.data import DataLoader, Dataset

IGNORE = -100  # the label that the loss skips


class AnswerDataset(Dataset[dict[str, Tensor]]):
    """Prompts with answers, as token ids and as labels for the answers alone."""

    def __init__(self, examples: list[dict[str, list[int]]]) -> None:
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        """Return `input_ids` and `labels` of one example."""
        raise NotImplementedError


def collate(
    items: list[dict[str, Tensor]],
    *,
    pad_id: int,
    max_length: int | None = None,
    multiple_of: int = 1,
) -> dict[str, Tensor]:
    """Cut and pad the items to one width; return `input_ids`, `attention_mask` and `labels`."""
    raise NotImplementedError


def make_loader(
    examples: list[dict[str, list[int]]],
    *,
    batch_size: int,
    pad_id: int,
    max_length: int | None = None,
    multiple_of: int = 1,
) -> DataLoader[dict[str, Tensor]]:
    """Return a loader of collated batches, in the order of the examples."""
    raise NotImplementedError


# ----- Given: shows what a loader yields. Leave everything below as it is. -----


def peek(examples: list[dict[str, list[int]]], **settings: Any) -> dict[str, Any]:
    """Go through the loader of these examples; return its batches as lists."""
    loader = make_loader(examples, **settings)
    if not isinstance(loader, DataLoader) or not isinstance(
        loader.dataset, AnswerDataset
    ):
        raise TypeError("make_loader must return a DataLoader over an AnswerDataset")
    return {
        "batches": [
            {name: rows.tolist() for name, rows in batch.items()} for batch in loader
        ],
        "len": len(loader),
    }
