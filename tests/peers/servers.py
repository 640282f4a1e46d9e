"""Real servers for tests, each started in the foreground of a temporary folder and ended by its own process id.

Everything listens on loopback. Servers that give up root need a folder they can reach, so the folders are world-readable.
"""
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path


def wait_for(condition, what, seconds=20.0):
    """Returns the first true result of condition(), asked again and again; fails when the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError, ValueError, KeyError):
            if result := condition():
                return result
        time.sleep(0.02)
    raise TimeoutError(f"{what}: not within {seconds} s")


def free_port(ip="127.0.0.1", kind=socket.SOCK_STREAM):
    family = socket.AF_INET6 if ":" in ip else socket.AF_INET
    with socket.socket(family, kind) as probe:
        probe.bind((ip, 0))
        return probe.getsockname()[1]


def accepts(ip, port):
    with socket.create_connection((ip, port), timeout=1):
        return True


def http_get(url, timeout=5):
    with urllib.request.urlopen(url, timeout=timeout) as answer:
        return answer.read().decode()


class Process:
    """A program that runs until it is stopped. Its output is kept for whoever looks into a failure."""

    def __init__(self, command, log, **options):
        self.command = [str(word) for word in command]
        self.log = Path(log)
        with open(self.log, "ab") as output:
            self.process = subprocess.Popen(self.command, stdout=output, stderr=subprocess.STDOUT,
                                            stdin=subprocess.DEVNULL, **options)

    @property
    def pid(self):
        return self.process.pid

    def is_running(self):
        return self.process.poll() is None

    def stop(self, wanted=signal.SIGTERM, seconds=10):
        if self.is_running():
            self.process.send_signal(wanted)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise
        return self.process.returncode

    def output(self):
        return self.log.read_text(errors="replace")


class Folder:
    """A temporary folder that other users can look into."""

    def __init__(self, name):
        self.path = Path(tempfile.mkdtemp(prefix=f"mxfleet-{name}-"))
        self.path.chmod(0o755)

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)


class Pki:
    """A root and certificates under it, made by the openssl command."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.root = self.folder / "root.pem"
        self._run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                  "-subj", "/CN=Peer Test Root", "-keyout", self.folder / "root.key", "-out", self.root)

    def _run(self, *arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)

    def issue(self, name, days=30):
        """Gives the files of a certificate for `name` and of its key."""
        key, request, certificate = (self.folder / f"{name}.{kind}" for kind in ("key", "csr", "pem"))
        extensions = self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName=DNS:{name}\n")
        self._run("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        self._run("x509", "-req", "-in", request, "-CA", self.root, "-CAkey", self.folder / "root.key",
                  "-CAcreateserial", "-days", days, "-extfile", extensions, "-out", certificate)
        key.chmod(0o640)
        return certificate, key


class Postfix:
    """A Postfix of its own, with its own queue. What it accepts it throws away; what was accepted stands in its log."""

    SERVICES = """
    {ip}:{port} inet n - n - - smtpd
    cleanup   unix n - n - 0   cleanup
    qmgr      unix n - n 300 1 qmgr
    tlsmgr    unix - - n 1000? 1 tlsmgr
    rewrite   unix - - n - -   trivial-rewrite
    bounce    unix - - n - 0   bounce
    defer     unix - - n - 0   bounce
    trace     unix - - n - 0   bounce
    verify    unix - - n - 1   verify
    proxymap  unix - - n - -   proxymap
    error     unix - - n - -   error
    retry     unix - - n - -   error
    discard   unix - - n - -   discard
    anvil     unix - - n - 1   anvil
    scache    unix - - n - 1   scache
    postlog   unix-dgram n - n - 1 postlogd
    """

    def __init__(self, folder, ip, port, hostname, domains, certificate=None, **settings):
        self.folder = Path(folder) / f"postfix-{hostname}"
        self.ip, self.port = ip, port
        config, queue, data = (self.folder / part for part in ("etc", "queue", "data"))
        for each in (config, queue, data):
            each.mkdir(parents=True)
        shutil.chown(data, "postfix", "postfix")
        main = {
            "compatibility_level": "3.6",
            "queue_directory": queue,
            "data_directory": data,
            "command_directory": "/usr/sbin",
            "daemon_directory": "/usr/lib/postfix/sbin",
            "mail_owner": "postfix",
            "setgid_group": "postdrop",
            "maillog_file": self.folder / "mail.log",
            "maillog_file_prefixes": self.folder,
            "myhostname": hostname,
            "mydestination": "",
            "inet_protocols": "all",
            "mynetworks": "192.0.2.255/32",
            "virtual_mailbox_domains": " ".join(domains),
            "virtual_mailbox_maps": "inline:{" + ", ".join(f"postmaster@{domain}=x" for domain in domains) + "}",
            "virtual_transport": "discard:",
            "default_transport": "discard:",
            "smtpd_relay_restrictions": "reject_unauth_destination",
            "smtpd_peername_lookup": "no",
        }
        if certificate:
            main |= {"smtpd_tls_cert_file": certificate[0], "smtpd_tls_key_file": certificate[1],
                     "smtpd_tls_security_level": "may"}
        main |= settings
        (config / "main.cf").write_text("".join(f"{key} = {value}\n" for key, value in main.items()))
        services = self.SERVICES.format(ip=ip, port=port)
        (config / "master.cf").write_text("\n".join(line.strip() for line in services.strip().splitlines()) + "\n")
        self.config = config
        self._postfix("start")
        wait_for(lambda: accepts(ip, port), f"postfix on {ip}:{port}")

    def _postfix(self, command):
        return subprocess.run(["postfix", "-c", self.config, command], check=True, capture_output=True, text=True)

    def queued(self):
        """Messages in any of its queues."""
        queues = ("maildrop", "incoming", "active", "deferred", "hold", "corrupt")
        return [file for name in queues for file in (self.folder / "queue" / name).rglob("*") if file.is_file()]

    def log(self):
        return (self.folder / "mail.log").read_text(errors="replace")

    def stop(self):
        self._postfix("stop")


class Knot:
    """An authoritative DNS server for the zones given as texts."""

    def __init__(self, folder, ip, port, zones):
        self.folder = Path(folder) / "knot"
        self.folder.mkdir()
        self.ip, self.port = ip, port
        config = [f"server:\n    rundir: {self.folder}\n    listen: {ip}@{port}\n    user: root:root",
                  f"database:\n    storage: {self.folder}",
                  "log:\n  - target: stderr\n    any: info", "zone:"]
        for name, text in zones.items():
            file = self.folder / f"{name}.zone"
            head = f"$ORIGIN {name}.\n$TTL 300\n@ SOA ns.{name}. hostmaster.{name}. 1 3600 600 86400 60\n@ NS ns\nns A {ip}\n"
            file.write_text(head + text)
            config.append(f"  - domain: {name}\n    file: {file}")
        (self.folder / "knot.conf").write_text("\n".join(config) + "\n")
        self.process = Process(["knotd", "-c", self.folder / "knot.conf"], self.folder / "log")
        wait_for(lambda: self._answers(next(iter(zones))), "knot")

    def _answers(self, zone):
        asked = subprocess.run(["dig", f"@{self.ip}", "-p", str(self.port), "+short", "+time=1", "+tries=1", zone, "SOA"],
                               capture_output=True, text=True, check=False)
        return zone in asked.stdout

    def stop(self):
        self.process.stop()


class Prometheus:
    """A Prometheus that scrapes one target."""

    def __init__(self, folder, target, interval="1s"):
        self.folder = Path(folder) / "prometheus"
        self.folder.mkdir()
        self.port = free_port()
        (self.folder / "prometheus.yml").write_text(
            f"global:\n  scrape_interval: {interval}\n  scrape_timeout: {interval}\n"
            f"scrape_configs:\n  - job_name: mxfleet\n    static_configs:\n      - targets: ['{target}']\n")
        self.process = Process(
            ["prometheus", f"--config.file={self.folder}/prometheus.yml", f"--storage.tsdb.path={self.folder}/data",
             f"--web.listen-address=127.0.0.1:{self.port}"], self.folder / "log")
        wait_for(lambda: "Ready" in http_get(f"http://127.0.0.1:{self.port}/-/ready"), "Prometheus")

    def query(self, expression):
        """The result of an instant query: a list of {metric, value}."""
        import json
        from urllib.parse import quote
        answer = json.loads(http_get(f"http://127.0.0.1:{self.port}/api/v1/query?query={quote(expression)}"))
        return answer["data"]["result"]

    def stop(self):
        self.process.stop()
