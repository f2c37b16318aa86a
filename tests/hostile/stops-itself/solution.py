"""Stops itself, and has a child that stops it again whenever somebody lets it go on."""

import os
import signal

parent = os.getpid()
if os.fork() == 0:
    # Not whoever is the parent by now: without a wall that would be the supervisor.
    while os.getppid() == parent:
        os.kill(parent, signal.SIGSTOP)
    os._exit(0)
os.kill(parent, signal.SIGSTOP)
while True:
    signal.pause()
