"""Prometheus and Alertmanager, each by itself."""
import json
import urllib.request
from pathlib import Path
from urllib.parse import quote

from servers import Process, free_port, http_get, wait_for  # beside this file


class Alertmanager:
    """An Alertmanager by itself, with this configuration."""

    def __init__(self, folder, config):
        self.folder = Path(folder) / "alertmanager"
        self.folder.mkdir()
        (self.folder / "alertmanager.yml").write_text(config)
        self.address = f"127.0.0.1:{free_port()}"
        self.process = Process(
            ["prometheus-alertmanager", f"--config.file={self.folder}/alertmanager.yml", "--cluster.listen-address=",
             f"--storage.path={self.folder}/data", f"--web.listen-address={self.address}"], self.folder / "log")
        wait_for(lambda: http_get(f"http://{self.address}/-/ready"), "Alertmanager")

    def post(self, alerts):
        body = json.dumps(alerts).encode()
        request = urllib.request.Request(f"http://{self.address}/api/v2/alerts", body,
                                         {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=5).close()

    def alerts(self):
        return json.loads(http_get(f"http://{self.address}/api/v2/alerts"))

    def stop(self):
        self.process.stop()


class Prometheus:
    """A Prometheus that scrapes one target, or those that it is told by HTTP service discovery. With `rules` (a file),
    it evaluates them as often, and tells an Alertmanager."""

    def __init__(self, folder, target=None, interval="1s", discovery=None, name="prometheus", rules=None,
                 alertmanager=None, arguments=()):
        self.folder = Path(folder) / name
        self.folder.mkdir()
        targets = (f"http_sd_configs:\n      - url: '{discovery}'\n        refresh_interval: 1s\n" if discovery
                   else f"static_configs:\n      - targets: ['{target}']\n")
        self.port = free_port()
        (self.folder / "prometheus.yml").write_text(
            f"global:\n  scrape_interval: {interval}\n  scrape_timeout: {interval}\n  evaluation_interval: {interval}\n"
            + (f"rule_files: ['{rules}']\n" if rules else "")
            + (f"alerting: {{alertmanagers: [{{static_configs: [{{targets: ['{alertmanager}']}}]}}]}}\n"
               if alertmanager else "")
            + f"scrape_configs:\n  - job_name: mxfleet\n    {targets}")
        self.process = Process(
            ["prometheus", f"--config.file={self.folder}/prometheus.yml", f"--storage.tsdb.path={self.folder}/data",
             f"--web.listen-address=127.0.0.1:{self.port}", "--rules.alert.resend-delay=1s",
             *arguments], self.folder / "log")
        wait_for(lambda: "Ready" in http_get(f"http://127.0.0.1:{self.port}/-/ready"), "Prometheus")

    def query(self, expression):
        """The result of an instant query: a list of {metric, value}."""
        answer = json.loads(http_get(f"http://127.0.0.1:{self.port}/api/v1/query?query={quote(expression)}"))
        return answer["data"]["result"]

    def stop(self):
        self.process.stop()
