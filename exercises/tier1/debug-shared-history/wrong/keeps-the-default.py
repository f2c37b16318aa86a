"""Chat sessions of the support bot: what was said, ready to be sent to a model."""

from __future__ import annotations

Message = dict[str, str]

ROLES = ("user", "assistant", "tool")
REMOVED = "[removed]"

# Good answers of the past. A session of that topic starts with them: they show the tone we want.
EXAMPLES: dict[str, list[Message]] = {
    "billing": [
        {"role": "user", "content": "I was charged twice, order 1001."},
        {"role": "assistant", "content": "I am sorry! The second charge is on its way back."},
    ],
    "shipping": [
        {"role": "user", "content": "Where is order 1002?"},
        {"role": "assistant", "content": "It left our warehouse this morning."},
    ],
}


class ChatSession:
    """One conversation with one customer."""

    def __init__(self, system: str, history: list[Message] = []) -> None:
        self.system = system
        self._history = history

    @classmethod
    def from_topic(cls, system: str, topic: str) -> ChatSession:
        """A session that starts with the examples of a topic."""
        if topic not in EXAMPLES:
            raise ValueError(f"unknown topic: {topic}")
        return cls(system, [dict(message) for message in EXAMPLES[topic]])

    def add(self, role: str, content: str) -> None:
        """Write down one message at the end of the conversation."""
        if role not in ROLES:
            raise ValueError(f"unknown role: {role}")
        self._history.append({"role": role, "content": content})

    def redact(self, secret: str) -> int:
        """Replace a secret wherever it was said; return how many messages had it."""
        found = 0
        for message in self._history:
            if secret in message["content"]:
                message["content"] = message["content"].replace(secret, REMOVED)
                found += 1
        return found

    def fork(self) -> ChatSession:
        """A second session that goes on from what was said so far, to try another answer."""
        return ChatSession(self.system, [dict(message) for message in self._history])

    def payload(self, last: int | None = None) -> list[Message]:
        """The messages for the model: the system prompt, then all or the last few messages."""
        if last is not None and last < 1:
            raise ValueError("last must be at least 1")
        recent = self._history if last is None else self._history[-last:]
        return [{"role": "system", "content": self.system}, *(dict(m) for m in recent)]

    @property
    def turns(self) -> int:
        """How many messages were said, without the system prompt."""
        return len(self._history)
