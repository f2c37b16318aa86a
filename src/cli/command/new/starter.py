def count_words(text: str) -> int:
    """How many words `text` has."""
    raise NotImplementedError
