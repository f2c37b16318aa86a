"""Disarms every timer and alarm, and takes over their handlers."""

import signal

for timer in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF):
    signal.setitimer(timer, 0)
signal.alarm(0)
for number in (signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF, signal.SIGXCPU):
    signal.signal(number, lambda *_: None)
while True:
    signal.pause()
