"""Starts `mxfleet run` beside a lab and reads what it serves. Needs nothing but Python."""

import http.client
import json
import os
import re
import signal
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "peers"))
from metrics_text import Page
from servers import Folder, Process, wait_for  # noqa: F401 (for the tests, too)

# How much slower everything is than on a machine with nothing else to do: sanitizers, above all.
TIME_SCALE = float(os.environ.get("MXFLEET_TIME_SCALE", "0.5"))
SLOWNESS = TIME_SCALE / 0.5
OPENMETRICS = "application/openmetrics-text; version=1.0.0"


def program(default):
    """The program to test: the first argument, which is taken away."""
    return sys.argv.pop(1) if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else default


def lab_arguments():
    return ["--time-scale", str(TIME_SCALE)]


def with_settings(config, **settings):
    """The configuration with other values for keys that stand in it once. Values are TOML."""
    for key, value in settings.items():
        config, count = re.subn(rf"(?m)^{key} = .*$", lambda _: f"{key} = {value}", config)
        if count != 1:
            raise ValueError(f"{key} stands in the configuration {count} times")
    return config


def without_domains(config, *names):
    """The configuration without these [[domain]] tables."""
    for name in names:
        config, count = re.subn(rf'\[\[domain\]\][^\n]*\nname = "{re.escape(name)}"\n(?:[^\[\n].*\n)*\n?', "", config)
        if count != 1:
            raise ValueError(f"{name} stands in the configuration {count} times")
    return config


def with_services(config):
    """The configuration, and two services in the lab: one that is up, and one where nobody listens."""
    port = re.search(r"(?ms)^\[smtp\].*?^port = (\d+)", config)[1]
    return config + "".join(f'\n[[service]]\nname = "{name}"\nkind = "{kind}"\nhost = "mx1.healthy.lab.test"\nport = {where}\n'
                            for name, kind, where in (("lab-submission", "submission", port), ("lab-mailbox", "imaps", 1)))


def with_flows(config, refused="nobody@healthy.lab.test"):
    """The configuration, and two flows: one whose mail is taken, and one whose recipient is refused. Nobody listens at the
    mailbox of both, so that what becomes of the mail is not known."""
    mailbox = ('\n[[service]]\nname = "probe-mailbox"\nkind = "pop3s"\nhost = "mx1.healthy.lab.test"\nport = 1\n'
               'credentials = "probe"\n[credentials.probe]\nusername = "probe"\npassword_env = "MXFLEET_LAB_PASSWORD"\n')
    return config + mailbox + "".join(
        f'\n[[flow]]\nname = "{name}"\nfrom = "probe@healthy.lab.test"\nto = "{to}"\nvia = "mx"\nmailbox = "probe-mailbox"\n'
        'interval = "1h"\n' for name, to in (("lab-inbound", "probe@healthy.lab.test"), ("lab-refused", refused)))


class Answer:
    def __init__(self, response):
        self.status, self.body = response.status, response.read()
        self.headers = {name.lower(): value for name, value in response.getheaders()}

    def json(self):
        return json.loads(self.body.decode("utf-8"))


class Agent:
    """The program, from its start to its end."""

    def __init__(self, path, config, *arguments, environment=None):
        self.folder = Folder("agent")
        self.config = self.folder.path / "mxfleet.toml"
        self.config.write_text(config)
        self.started = time.monotonic()
        command = [path, "run", f"--config.file={self.config}", "--web.listen-address=127.0.0.1:0", *arguments]
        self.process = Process(command, self.folder.path / "log", env={**os.environ, **(environment or {})})
        self.port = int(wait_for(self._port, "the agent listens"))

    def _port(self):
        if not self.process.is_running():
            raise AssertionError(f"the agent ended: {self.log_text()}")
        found = re.search(r'listening"?,? ?"?address"?[=:]"?127\.0\.0\.1:([0-9]+)', self.log_text())
        return found and found[1]

    @property
    def pid(self):
        return self.process.pid

    def ask(self, path, method="GET", timeout=20, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, headers={name.replace("_", "-"): text for name, text in headers.items()})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def metrics(self):
        return Page(self.ask("/metrics").body)

    def wait_until_ready(self):
        wait_for(lambda: self.ask("/-/ready").status == 200, "ready", 60 * SLOWNESS)

    def log_text(self):
        return self.process.output()

    def log_lines(self):
        """Lines that are written to their end."""
        return self.log_text().split("\n")[:-1]

    def resident_bytes(self, field="VmRSS"):
        """As the kernel counts; VmHWM: the most there ever was."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(rf"{field}:\s+([0-9]+) kB", status)[1]) * 1024

    def send(self, which):
        self.process.process.send_signal(which)

    def stop(self, which=signal.SIGTERM):
        """The exit code, and how long it took."""
        begin = time.monotonic()
        code = self.process.stop(which, seconds=20 * SLOWNESS)
        return code, time.monotonic() - begin

    def remove(self):
        """Ends it if a test did not, and says if a sanitizer had something to say."""
        code, _ = self.stop()
        log = self.log_text()
        self.folder.remove()
        assert code == 0, f"the agent ended with {code}: {log[-4000:]}"
        assert "Sanitizer" not in log, log[-8000:]
