"""Python functions as tools: what the model is told of them, and calls that always give a text."""

import inspect
import json
from collections.abc import Callable, Iterable
from typing import Any

JSON_TYPES: dict[type, str] = {str: "string", int: "integer", float: "number", bool: "boolean"}


def tool_schema(function: Callable[..., Any]) -> dict[str, Any]:
    """Describe a function in the form that the endpoint takes in `tools`."""
    parameters = inspect.signature(function).parameters
    return {
        "type": "function",
        "function": {
            "name": function.__name__,
            "description": (inspect.getdoc(function) or "").partition("\n")[0],
            "parameters": {
                "type": "object",
                "properties": {
                    name: {"type": JSON_TYPES[parameter.annotation]}
                    for name, parameter in parameters.items()
                },
                "required": [
                    name
                    for name, parameter in parameters.items()
                    if parameter.default is inspect.Parameter.empty
                ],
            },
        },
    }


def has_type(value: Any, wanted: str) -> bool:
    """Say whether a value out of JSON has this JSON type."""
    if isinstance(value, bool):  # to Python it is an int, too
        return wanted == "boolean"
    match wanted:
        case "string":
            return isinstance(value, str)
        case "integer":
            return isinstance(value, int)
        case "number":
            return isinstance(value, int | float)
    return False


class Toolbox:
    """The tools of an agent."""

    def __init__(self, functions: Iterable[Callable[..., Any]]) -> None:
        self._functions = {function.__name__: function for function in functions}

    def schemas(self) -> list[dict[str, Any]]:
        """Return the schemas of all tools, in the order in which they were given."""
        return [tool_schema(function) for function in self._functions.values()]

    def call(self, name: str, arguments: str) -> str:
        """Call a tool as the model asks for it; a mistake becomes a text: `error: …`."""
        function = self._functions.get(name)
        if function is None:
            return f"error: unknown tool: {name}"
        try:
            given = json.loads(arguments) if arguments.strip() else {}
        except ValueError:
            given = None
        if not isinstance(given, dict):
            return "error: arguments are not a JSON object"
        problem = self._problem(function, given)
        if problem is not None:
            return f"error: {problem}"
        try:
            result = function(**given)
            return result if isinstance(result, str) else json.dumps(result, ensure_ascii=False)
        except Exception as error:
            return f"error: {type(error).__name__}: {error}"

    @staticmethod
    def _problem(function: Callable[..., Any], given: dict[str, Any]) -> str | None:
        """Say what is wrong with the arguments, or None."""
        parameters = tool_schema(function)["function"]["parameters"]
        types = {name: wanted["type"] for name, wanted in parameters["properties"].items()}
        for name in given:
            if name not in types:
                return f"unknown argument: {name}"
        for name in parameters["required"]:
            if name not in given:
                return f"missing argument: {name}"
        for name, wanted in types.items():
            if name in given and not has_type(given[name], wanted):
                return f"wrong type: {name} must be {wanted}"
        return None
