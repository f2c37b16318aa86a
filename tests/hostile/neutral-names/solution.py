"""Looks for the name of the exercise, of the case and of the machine in all that it is given."""

import os
import socket
import sys

from attempt import report, routes

GIVEN = {
    "arguments": sys.argv + sys.orig_argv,
    "environment": [f"{name}={value}" for name, value in os.environ.items()],
    "folders": [os.getcwd(), os.path.abspath(__file__)],
}
WORDS = ["neutral-names", "hostile-case", "{{MARK}}"]


def telling(texts):
    return [text for text in texts for word in WORDS if word in text]


routes("tells by its", {name: lambda texts=texts: telling(texts) for name, texts in GIVEN.items()})
routes("host name", {"of this machine": lambda: socket.gethostname() == "{{HOST_NAME}}"})
report()
