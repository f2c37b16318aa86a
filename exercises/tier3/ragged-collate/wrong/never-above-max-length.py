"""Turn examples of different lengths into rectangular batches for fine-tuning."""

from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

IGNORE = -100  # the label that the loss skips


class AnswerDataset(Dataset[dict[str, Tensor]]):
    """Prompts with answers, as token ids and as labels for the answers alone."""

    def __init__(self, examples: list[dict[str, list[int]]]) -> None:
        self.examples = examples

    def __len__(self) -> int:
        return len(self.examples)

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        """Return `input_ids` and `labels` of one example."""
        example = self.examples[index]
        prompt, answer = example["prompt"], example["answer"]
        return {
            "input_ids": torch.tensor(prompt + answer, dtype=torch.int64),
            "labels": torch.tensor([IGNORE] * len(prompt) + answer, dtype=torch.int64),
        }


def collate(
    items: list[dict[str, Tensor]],
    *,
    pad_id: int,
    max_length: int | None = None,
    multiple_of: int = 1,
) -> dict[str, Tensor]:
    """Cut and pad the items to one width; return `input_ids`, `attention_mask` and `labels`."""
    lengths = [len(item["input_ids"]) for item in items]
    if max_length is not None:
        lengths = [min(length, max_length) for length in lengths]
    width = -(-max(lengths) // multiple_of) * multiple_of
    if max_length is not None:
        width = min(width, max_length)

    def rectangle(name: str, padding: int) -> Tensor:
        batch = torch.full((len(items), width), padding, dtype=torch.int64)
        for row, item, length in zip(batch, items, lengths, strict=True):
            row[:length] = item[name][len(item[name]) - length :]
        return batch

    return {
        "input_ids": rectangle("input_ids", pad_id),
        "attention_mask": (torch.arange(width) < torch.tensor(lengths)[:, None]).long(),
        "labels": rectangle("labels", IGNORE),
    }


def make_loader(
    examples: list[dict[str, list[int]]],
    *,
    batch_size: int,
    pad_id: int,
    max_length: int | None = None,
    multiple_of: int = 1,
) -> DataLoader[dict[str, Tensor]]:
    """Return a loader of collated batches, in the order of the examples."""
    return DataLoader(
        AnswerDataset(examples),
        batch_size=batch_size,
        collate_fn=partial(
            collate, pad_id=pad_id, max_length=max_length, multiple_of=multiple_of
        ),
    )


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
