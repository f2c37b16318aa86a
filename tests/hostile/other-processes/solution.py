"""Reads what the system tells of other processes and of the kernel."""

import os

from attempt import report, route, routes


def opened(path):
    os.close(os.open(path, os.O_RDONLY))
    return True


KERNEL = ["/proc/kcore", "/proc/keys", "/proc/kmsg", "/dev/kmsg", "/dev/mem", "/dev/port", "/proc/1/mem", "/proc/1/environ"]
KERNEL += ["/proc/1/root", "/proc/1/fd", "/proc/1/map_files", "/sys/kernel/debug", "/sys/firmware", "/proc/sysrq-trigger"]
routes("opens", {path: lambda path=path: opened(path) for path in KERNEL})


@route
def environments_of_others():
    family = {os.getpid(), 1}
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) not in family:
            try:
                opened(f"/proc/{name}/environ")
                found.append(name)
            except OSError:
                pass
    return found


report()
