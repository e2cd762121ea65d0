"""The client processes: starts them, reads what they tell, kills those that hang, replaces those that vanished."""
import json
import os
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
START_S = 120  # what a client may need until its first operation


class Life:
    """One process of client `number`."""

    def __init__(self, soak, number, life, seconds):
        self.soak, self.number, self.life = soak, number, life
        self.running, self.k, self.vanishing, self.left, self.hung = None, 0, False, False, False
        self.since = time.monotonic()
        command = [sys.executable, os.path.join(HERE, "client.py"), "--remote", soak.server.remote, "--seed", str(soak.seed),
                   "--client", str(number), "--life", str(life), "--folder", soak.files, "--seconds", str(seconds),
                   "--vanish-after", str(min(90, soak.seconds / 6))]
        with open(os.path.join(soak.logs, f"client-{number}.log"), "ab") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            said = json.loads(line)
            before, self.since = self.since, time.monotonic()
            if "begin" in said:
                self.running, self.k = said["begin"], said["k"]
            elif "end" in said:
                self.running = None
                if said["error"] is None:
                    self.soak.report.done(said["end"], said["seconds"])
                else:
                    self.soak.report.failed(said["end"], self, said["k"], said["error"])
            elif "vanish" in said:
                self.vanishing, self.vanished_after = True, self.since - before
            else:
                self.left = True

    def check_deadline(self):
        """A client that tells nothing for too long is a finding; it is killed."""
        limit = self.soak.deadline if self.running else START_S
        if not self.hung and self.process.poll() is None and time.monotonic() - self.since > limit:
            self.hung = True
            self.soak.report.failed(self.running or "start", self, self.k, f"not answered within {limit} s")
            self.kill()

    def ended(self):
        """Whether the process has ended and all it told is read; judges how it ended, once."""
        if self.process.poll() is None:
            return False
        self.reader.join()
        if self.vanishing:
            self.soak.report.done("vanish", self.vanished_after)
            self.soak.report.vanished += 1
            self.soak.last_vanished = self.since
        elif not self.left and not self.hung:
            self.soak.report.failed(self.running or "start", self, self.k, f"the client ended with {self.process.returncode}: see client-{self.number}.log")
        return True

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Clients:
    """`number` clients for `seconds`; watch() until all have ended."""

    def __init__(self, soak, number, seconds):
        self.soak, self.until = soak, time.monotonic() + seconds
        self.lives = [Life(soak, i, 0, seconds) for i in range(number)]

    def watch(self):
        """Replaces who ended before the time; gives how many live."""
        for i, life in enumerate(self.lives):
            if life is None:
                continue
            life.check_deadline()
            if life.ended():
                rest = self.until - time.monotonic()
                # A dead server would only be found dead again by each new client.
                again = rest > 10 and self.soak.server.alive()
                self.lives[i] = Life(self.soak, life.number, life.life + 1, rest) if again else None
        return sum(life is not None for life in self.lives)

    def kill(self):
        for life in filter(None, self.lives):
            life.kill()
