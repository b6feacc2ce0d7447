"""Runs one command and says what it cost: processor time of all its processes, and their private memory together."""

import os
import subprocess
import tempfile
import threading

PAGE = os.sysconf("SC_PAGE_SIZE")
EVERY_SECONDS = 0.01


def children_of(pid):
    try:
        with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
            return [int(n) for n in f.read().split()]
    except OSError:
        return []


def private_bytes(pid):
    """Resident pages that no file stands behind. Pages that a fork still shares count for each: never too little."""
    try:
        with open("/proc/%d/statm" % pid) as f:
            fields = f.read().split()
        return (int(fields[1]) - int(fields[2])) * PAGE
    except (OSError, IndexError):
        return 0


def family_bytes(pid):
    total, todo = 0, [pid]
    while todo:
        at = todo.pop()
        total += private_bytes(at)
        todo += children_of(at)
    return total


class Footprint:
    def __init__(self):
        self.peak_bytes, self.seconds = 0, 0.0

    def watch(self, pid, over):
        while not over.wait(EVERY_SECONDS):
            self.peak_bytes = max(self.peak_bytes, family_bytes(pid))

    def run(self, command, folder, environment, patience_seconds):
        """A CompletedProcess; subprocess.TimeoutExpired when it does not end."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
            over = threading.Event()
            watcher = threading.Thread(target=self.watch, args=(child.pid, over))
            watcher.start()
            alarm = threading.Timer(patience_seconds, child.kill)
            alarm.start()
            try:
                _, status, used = os.wait4(child.pid, 0)
            finally:
                timed_out = alarm.finished.is_set()
                alarm.cancel()
                over.set()
                watcher.join()
            child.returncode = os.waitstatus_to_exitcode(status)
            self.seconds = used.ru_utime + used.ru_stime
            if timed_out:
                raise subprocess.TimeoutExpired(command, patience_seconds)
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(command, child.returncode, out.read(), err.read())
