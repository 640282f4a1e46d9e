"""What the dashboards are tried on: a lab with healthy and sick servers, an agent that watches it, and a Prometheus that
scrapes it every second and evaluates the program's rules; and the dashboards themselves, with their variables filled in."""
import json
import re
import subprocess
import sys
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
DASHBOARDS = HERE.parent.parent / "dashboards"
sys.path += [str(HERE.parent / folder) for folder in ("lab", "peers", "browser")]
from agent_client import Agent, lab_arguments, with_flows, with_services, with_settings  # noqa: E402
from lab_client import Lab  # noqa: E402
from monitoring import Prometheus  # noqa: E402
from servers import Folder, http_get, wait_for  # noqa: E402

CONDITIONS = ("healthy", "healthy-ecdsa", "healthy-tls-1-2", "cert-expired", "cert-expires-soon", "cert-wrong-name",
              "primary-down", "backup-mx", "dane-match", "dane-mismatch", "open-relay", "siblings-certificate",
              "siblings-starttls", "dnsbl-listed", "rdns-unconfirmed", "no-starttls", "all-refused", "nxdomain", "null-mx",
              "greeting-421", "greeting-554", "servfail", "large-mx")
FIXED = {"job": "mxfleet", "instance": ".+", "vantage": ".*", "find": "", "domain_mx": ".+", "mx_ip": ".+",
         "__rate_interval": "10s"}


def load():
    return {file.stem: json.loads(file.read_text()) for file in sorted(DASHBOARDS.glob("*.json"))}


def panels(dashboard):
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def may_be_empty():
    """Titles of the panels whose source says why a lab has nothing for them."""
    rows = [row for file in DASHBOARDS.glob("source/*.yml") for row in yaml.safe_load(file.read_text())["rows"]]
    return {panel[kind] for row in rows for panel in row["panels"] if "empty" in panel
            for kind in ("table", "timeseries", "stat") if kind in panel}


def filled(expression, **values):
    """The expression with its variables replaced, as Grafana does it."""
    values = {**FIXED, **values}
    return re.sub(r"\$(\w+)", lambda found: values[found[1]], expression)


class World:
    def __init__(self, mxfleet, lab):
        self.endings = []
        try:
            self.folder = self.ends(Folder("dashboards"), "remove")
            self.lab = self.ends(Lab(lab, *lab_arguments(), "--only", ",".join(CONDITIONS)), "stop")
            config = with_settings(Path(self.lab.config).read_text(), interval='"2s"', retry_interval='"500ms"')
            self.agent = self.ends(Agent(mxfleet, with_flows(with_services(config)), environment={"MXFLEET_LAB_PASSWORD": "secret"}), "remove")
            self.agent.wait_until_ready()
            rules = subprocess.run([mxfleet, "rules", f"--config.file={self.agent.config}"], capture_output=True, text=True,
                                   check=True).stdout
            self.rules = re.sub(r"(?m)^    interval: .*\n", "", rules)  # what is evaluated hourly would be so hours later
            (self.folder.path / "rules.yml").write_text(self.rules)
            self.prometheus = self.ends(Prometheus(self.folder.path, f"127.0.0.1:{self.agent.port}",
                                                   rules=self.folder.path / "rules.yml"), "stop")
            self.domain_exchanges = wait_for(self.links, "links of domains and exchanges")
        except BaseException:
            self.end()
            raise

    def ends(self, what, how):
        self.endings.append(getattr(what, how))
        return what

    def end(self):
        while self.endings:
            self.endings.pop()()

    def links(self):
        found = self.prometheus.query("group by (domain, mx) (mxfleet_domain_endpoint_info)")
        return [(each["metric"]["domain"], each["metric"]["mx"]) for each in found]
