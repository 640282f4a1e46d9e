"""The program under test: what `mxfleet check` says, and the agent as a process."""
import json
import subprocess
import sys

from prometheus_client.parser import text_string_to_metric_families
from servers import Process, free_port, http_get, wait_for

MXFLEET = sys.argv.pop(1) if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else "build/mxfleet"


def check(config, *arguments):
    """The exit code and the document (a list of them, for several domains) of `mxfleet check --json`."""
    command = [MXFLEET, "check", f"--config.file={config}", "--json", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout, f"{command} ended with {done.returncode} and said nothing but {done.stderr}"
    return done.returncode, json.loads(done.stdout)


def codes(report):
    return {finding["code"] for finding in report["findings"]}


class Agent:
    """`mxfleet run`, from its start to its end."""

    def __init__(self, folder, config, is_awaited=True):
        self.address = f"127.0.0.1:{free_port()}"
        command = [MXFLEET, "run", f"--config.file={config}", f"--web.listen-address={self.address}"]
        self.process = Process(command, folder / "agent.log")
        if is_awaited:
            wait_for(lambda: self.get("/-/healthy"), "the agent")

    def get(self, path):
        return http_get(f"http://{self.address}{path}")

    def domain(self, name):
        return json.loads(self.get(f"/api/v1/domains/{name}"))

    def samples(self, name, /, **labels):
        """The values of the series of this name that have these labels."""
        families = text_string_to_metric_families(self.get("/metrics"))
        return [sample.value for family in families for sample in family.samples
                if sample.name == name and labels.items() <= sample.labels.items()]

    def stop(self):
        return self.process.stop()
