"""Build the messages of a chat request from templates."""

import re

FIELD = re.compile(r"\{(\w+)\}")


class Template:
    """Messages with fields to fill in."""

    def __init__(self, name, parts, defaults=None):
        self.name = name
        self.parts = parts
        self.defaults = defaults or {}

    def fields(self):
        """Return the names of all fields, sorted."""
        found = set()
        for _, text in self.parts:
            found.update(FIELD.findall(text))
        return sorted(found)

    def render(self, values):
        """Return the messages with these values."""
        merged = {**self.defaults, **values}

        def value(match):
            return merged[match[1]]

        return [{"role": role, "content": FIELD.sub(value, text)} for role, text in self.parts]


class Library:
    """Templates by name."""

    def __init__(self):
        self._templates = {}

    def add(self, template):
        """Add a template, or replace the one of its name."""
        self._templates[template.name] = template

    def find(self, name):
        """Return the template of this name, if there is one."""
        return self._templates.get(name)

    def build(self, name, values, history=(), limit=None):
        """Return the messages of a request: the first of the template, the history, the others."""
        messages = self.find(name).render(values)
        if limit:
            history = history[-limit:]
        return messages[:1] + history + messages[1:]


# ----- Given, but for its types. -----


def rehearse(history, limit=None):
    """Return the contents of a request with this history."""
    library = Library()
    parts = [("system", "Be kind."), ("user", "{question}")]
    library.add(Template("support", parts))
    messages = library.build("support", {"question": "Where is it?"}, history, limit)
    return [message["content"] for message in messages]


def rehearse_one():
    """Return a request of one message."""
    library = Library()
    library.add(Template("ping", [("user", "Ping at {temperature}")]))
    return library.build("ping", {"temperature": 0.2})
