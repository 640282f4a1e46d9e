"""Name servers and a validating resolver, each with zones of a test."""
import signal
import subprocess
from pathlib import Path

from servers import Process, run, wait_for  # beside this file


def dig(server, name, kind, port=53):
    """The records that a name server gives, a line each; none where it does not answer."""
    return subprocess.run(["dig", f"@{server}", "-p", str(port), "+short", "+time=1", "+tries=1", name, kind],
                          capture_output=True, text=True, check=False).stdout


class Knot:
    """An authoritative DNS server for the zones given as texts. It signs those that are named in `signed`."""

    def __init__(self, folder, ip, port, zones, signed=()):
        self.folder = Path(folder) / "knot"
        self.folder.mkdir()
        self.ip, self.port = ip, port
        config = [f"server:\n    rundir: {self.folder}\n    listen: {ip}@{port}\n    user: root:root",
                  f"database:\n    storage: {self.folder}",
                  "log:\n  - target: stderr\n    any: info", "zone:"]
        self.serial = 1
        for name, text in zones.items():
            config.append(f"  - domain: {name}\n    file: {self._write(name, text)}")
            if name in signed:
                config.append("    dnssec-signing: on\n    zonefile-load: difference\n    journal-content: all")
        (self.folder / "knot.conf").write_text("\n".join(config) + "\n")
        self.process = Process(["knotd", "-c", self.folder / "knot.conf"], self.folder / "log")
        first = next(iter(zones))
        wait_for(lambda: first in dig(ip, first, "SOA", port), "knot")
        wait_for(lambda: all(dig(ip, zone, "DNSKEY", port) for zone in signed), "the keys of knot's zones")

    def _write(self, name, text):
        file = self.folder / f"{name}.zone"
        head = (f"$ORIGIN {name}.\n$TTL 300\n@ SOA ns.{name}. hostmaster.{name}. {self.serial} 3600 600 86400 60\n"
                f"@ NS ns\nns A {self.ip}\n")
        file.write_text(head + text)
        return file

    def rewrite(self, name, text):
        """Serves another text for a zone from now on."""
        self.serial += 1
        self._write(name, text)
        self.process.process.send_signal(signal.SIGHUP)
        wait_for(lambda: f" {self.serial} " in dig(self.ip, name, "SOA", self.port), f"the new {name}")

    def trust_anchor(self, zone):
        """The DS record of a signed zone."""
        records = run("keymgr", "-c", self.folder / "knot.conf", f"{zone}.", "ds").splitlines()
        return next(record for record in records if record.split()[-2] == "2")

    def stop(self):
        self.process.stop()


class Unbound:
    """A validating resolver that knows where the zones of `servers` (name: address) are, and of no others."""

    def __init__(self, folder, ip, servers, anchors):
        self.folder = Path(folder) / "unbound"
        self.folder.mkdir()
        config = [f"""server:
    interface: {ip}
    access-control: 0.0.0.0/0 allow
    username: ""
    chroot: ""
    directory: "{self.folder}"
    pidfile: ""
    use-syslog: no
    do-ip6: no
    num-threads: 1
    do-not-query-localhost: no
    module-config: "validator iterator"
    local-zone: "test." nodefault"""]
        config += [f'    trust-anchor: "{anchor}"' for anchor in anchors]
        config += ["remote-control:\n    control-enable: no"]
        config += [f'stub-zone:\n    name: "{zone}"\n    stub-addr: {server}' for zone, server in servers.items()]
        (self.folder / "unbound.conf").write_text("\n".join(config) + "\n")
        self.process = Process(["unbound", "-d", "-c", self.folder / "unbound.conf"], self.folder / "log")
        first = next(iter(servers))
        wait_for(lambda: first in dig(ip, first, "SOA"), "unbound")

    def stop(self):
        self.process.stop()
