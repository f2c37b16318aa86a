def count_words(text: str) -> int:
    """How many words `text` has."""
    return len(text.split())
