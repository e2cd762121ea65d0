"""Chromium, driven by its own protocol (CDP) over two pipes: no driver, no port, no package."""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time


def installed():
    return shutil.which("chromium")


class Page:
    """`with Page() as page:` is a browser with one page. Needs `chromium` (tools/setup/apt.sh tools/setup/apt-packages-browser.txt)."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="firesteel-browser-", ignore_cleanup_errors=True)
        read_commands, self.commands = os.pipe()
        self.answers, write_answers = os.pipe()
        # The browser takes commands on descriptor 3 and answers on 4.
        self.process = subprocess.Popen(
            ["bash", "-c", f"exec chromium --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run "
             f"--user-data-dir={self.folder.name} --remote-debugging-pipe --window-size=1400,900 about:blank "
             f"3<&{read_commands} 4>&{write_answers}"],
            pass_fds=(read_commands, write_answers), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(read_commands)
        os.close(write_answers)
        self.number, self.buffer, self.session = 0, b"", None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Page.enable")
        return self

    def __exit__(self, *_):
        for end in (self.commands, self.answers):
            os.close(end)
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.folder.cleanup()

    def call(self, method, seconds=60, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + seconds
        while True:
            while b"\0" not in self.buffer:
                ready, _, _ = select.select([self.answers], [], [], max(0, deadline - time.monotonic()))
                part = os.read(self.answers, 1 << 20) if ready else b""
                if not part:
                    raise AssertionError(f"no answer to {method}")
                self.buffer += part
            line, self.buffer = self.buffer.split(b"\0", 1)
            answer = json.loads(line)
            if answer.get("id") == self.number:
                assert "error" not in answer, answer
                return answer["result"]

    def go(self, url):
        self.call("Page.navigate", url=url)
        self.wait_for("document.readyState === 'complete' && location.href !== 'about:blank'")

    def run(self, script):
        """The value of an expression of JavaScript."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def wait_for(self, script, seconds=20):
        deadline = time.monotonic() + seconds
        while not self.run(script):
            assert time.monotonic() < deadline, script
            time.sleep(0.1)

    def screenshot(self, path):
        with open(path, "wb") as f:
            f.write(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))
