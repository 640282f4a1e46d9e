"""Real servers for tests, each started in a temporary folder and ended by its own process id.

A test that begins with `own_network` has a network of its own, with any address and port that it likes, and no process
outlives it. Servers that give up root need a folder they can reach, so the folders are world-readable.
"""
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path
from urllib.parse import quote


def own_network(*addresses):
    """Runs this program again as root in fresh network, mount and process namespaces: loopback with `addresses` on it,
    and no way out. The last process there ends them all."""
    inside = "MXFLEET_OWN_NETWORK"
    if inside not in os.environ:
        as_root = [] if os.geteuid() == 0 else ["sudo", "-E"]
        namespaces = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
        os.environ[inside] = "1"
        os.execvp((as_root + namespaces)[0], [*as_root, *namespaces, sys.executable, *sys.orig_argv[1:]])
    run("ip", "link", "set", "lo", "up")
    for address in addresses:
        run("ip", "address", "add", address, "dev", "lo", *(["nodad"] if ":" in address else []))


def run(*command, **options):
    """What a command wrote to standard output; fails, with what it wrote, if the command does."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def wait_for(condition, what, seconds=20.0):
    """Returns the first true result of condition(), asked again and again; fails when the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError, ValueError, KeyError):
            if result := condition():
                return result
        time.sleep(0.02)
    raise TimeoutError(f"{what}: not within {seconds} s")


def cpu_seconds(pid):
    """User and system time of all threads of a process: its CPU clock, as clock_getcpuclockid(3) names it."""
    cpu_clock_of_process = 2
    return time.clock_gettime((~pid << 3) | cpu_clock_of_process)


def free_port(ip="127.0.0.1", kind=socket.SOCK_STREAM):
    family = socket.AF_INET6 if ":" in ip else socket.AF_INET
    with socket.socket(family, kind) as probe:
        probe.bind((ip, 0))
        return probe.getsockname()[1]


def greets(ip, port):
    """Whether a mail server begins to speak: its master may hold the port open with nobody behind it."""
    with socket.create_connection((ip, port), timeout=1) as connection:
        return connection.recv(3) == b"220"


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
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "60",
            "-subj", "/CN=Peer Test Root", "-keyout", self.folder / "root.key", "-out", self.root)

    def issue(self, name, *more_names, days=60):
        """Gives the files of a certificate for `name`, and perhaps more, and of its key."""
        key, request, certificate = (self.folder / f"{name}.{kind}" for kind in ("key", "csr", "pem"))
        extensions = self.folder / f"{name}.ext"
        extensions.write_text("subjectAltName=" + ",".join(f"DNS:{each}" for each in (name, *more_names)) + "\n")
        run("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        run("openssl", "x509", "-req", "-in", request, "-CA", self.root, "-CAkey", self.folder / "root.key",
            "-CAcreateserial", "-days", days, "-extfile", extensions, "-out", certificate)
        return certificate, key


class PlainMail:
    """A mail server that says yes to everything, and does not know TLS."""

    class Session(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(b"220 mx.test\r\n")
            for line in self.rfile:
                self.wfile.write(b"221 bye\r\n" if line.startswith(b"QUIT") else b"250 yes\r\n")

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = daemon_threads = True

    def __init__(self, ip, port=25):
        self.server = self.Server((ip, port), self.Session)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


TRACES_OF_MAIL = ("message-id=", "(queue active)", "status=", "postfix/cleanup", "postfix/pickup")


class Postfix:
    """A Postfix of its own, with its own queue. What it accepts it throws away; what was accepted stands in its log."""

    SERVICES = """
    smtpd     pass  - - n - -   smtpd
    dnsblog   unix  - - n - 0   dnsblog
    tlsproxy  unix  - - n - 0   tlsproxy
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

    def __init__(self, folder, hostname, ips, domains, certificate=None, port=25, front="smtpd", more_services=(), **settings):
        """`front` is who answers at the port: smtpd, or postscreen before it; `more_services` are lines of master.cf."""
        self.folder = Path(folder) / f"postfix-{hostname}"
        self.hostname, self.ips, self.port = hostname, ips, port
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
            "mynetworks": "127.0.0.1/32",
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
        services = [f"[{ip}]:{port} inet n - n - {1 if front == 'postscreen' else '-'} {front}" for ip in ips]
        services += [*more_services, *(line.strip() for line in self.SERVICES.strip().splitlines())]
        (config / "master.cf").write_text("\n".join(services) + "\n")
        self.config = config
        self.starting = Process(["postfix", "-c", config, "start"], self.folder / "start.log")
        self.is_stopped = False

    def wait_until_up(self):
        """Apart from the start, which takes seconds, so that several can start at once."""
        code = self.starting.process.wait(60)
        assert code == 0, f"postfix did not start: {code} {self.starting.output()}"
        try:
            wait_for(lambda: all(greets(ip, self.port) for ip in self.ips), f"postfix on {self.ips} port {self.port}")
        except TimeoutError as error:
            raise AssertionError(f"{error}; it logged:\n{self.log()}") from None

    def change(self, **settings):
        """Has these settings from now on."""
        run("postconf", "-c", self.config, *(f"{key}={value}" for key, value in settings.items()))
        run("postfix", "-c", self.config, "reload")

    def queued(self):
        """Messages in any of its queues."""
        queues = ("maildrop", "incoming", "active", "deferred", "hold", "corrupt")
        return [file for name in queues for file in (self.folder / "queue" / name).rglob("*") if file.is_file()]

    def log(self):
        return (self.folder / "mail.log").read_text(errors="replace")

    def taken(self):
        """The lines of its log that tell of a message: read to its end, put into the queue, or handed on."""
        return [line for line in self.log().splitlines() if any(word in line for word in TRACES_OF_MAIL)]

    def stop(self):
        if not self.is_stopped:
            run("postfix", "-c", self.config, "stop")
        self.is_stopped = True


class Postgrey:
    """Debian's greylisting policy server for Postfix: a triplet is let in so many seconds after it came first."""

    def __init__(self, folder, delay, port=10023):
        self.address, database = f"127.0.0.1:{port}", Path(folder) / "postgrey"
        database.mkdir()
        self.process = Process(["postgrey", f"--inet={self.address}", f"--delay={delay}", f"--dbdir={database}",
                                "--user=root", "--group=root", "--privacy", "--whitelist-recipients=/dev/null"],
                               Path(folder) / "postgrey.log")

    def wait_until_up(self):
        host, port = self.address.split(":")
        wait_for(lambda: not socket.create_connection((host, int(port)), timeout=1).close(), "postgrey")

    def decisions(self, recipient):
        """What it did when asked about mail for that recipient: greylist or pass, in order."""
        return re.findall(rf"action=(\w+),.*recipient={re.escape(recipient)}\b", self.process.output())

    def stop(self):
        self.process.stop()


class Dovecot:
    """A Dovecot of its own: IMAP and POP3 at their ports on one address, with TLS where it has a certificate. It writes
    every password that it refuses into its log. Others may ask it about logins at AUTH_PORT."""

    AUTH_PORT = 12345

    def __init__(self, folder, name, ip, users, certificate=None, mechanisms="plain login", more="", extra=None):
        """`mechanisms` are those it offers; `more` is added to its configuration, `extra` to what is known of a user."""
        self.folder, self.ip, self.users = Path(folder) / f"dovecot-{name}", ip, users
        self.folder.mkdir()
        self.know(extra or {})
        secure = f"ssl = yes\nssl_cert = <{certificate[0]}\nssl_key = <{certificate[1]}" if certificate else "ssl = no"
        listeners = "".join(
            f"service {kind}-login {{\n inet_listener {kind} {{\n  port = {port}\n }}\n"
            f" inet_listener {kind}s {{\n  port = {secure_port if certificate else 0}\n }}\n}}\n"
            for kind, port, secure_port in (("imap", 143, 993), ("pop3", 110, 995)))
        self.config = self.folder / "dovecot.conf"
        self.config.write_text(f"""
base_dir = {self.folder}/run
state_dir = {self.folder}/state
log_path = /dev/stderr
protocols = imap pop3
listen = {ip}
{secure}
disable_plaintext_auth = yes
auth_mechanisms = {mechanisms}
auth_verbose = yes
auth_verbose_passwords = plain
auth_failure_delay = 0
mail_location = maildir:{self.folder}/mail/%u
first_valid_uid = 1
passdb {{
 driver = passwd-file
 args = {self.folder}/users
}}
userdb {{
 driver = passwd-file
 args = {self.folder}/users
 default_fields = uid=mail gid=mail home={self.folder}/mail/%u
}}
{listeners}
service auth {{
 inet_listener {{
  port = {self.AUTH_PORT}
 }}
}}
{more}
""")
        mail = self.folder / "mail"
        mail.mkdir()
        shutil.chown(mail, "mail", "mail")
        self.process = Process(["dovecot", "-F", "-c", self.config], self.folder / "log")
        wait_for(lambda: self.greets(143) and self.greets(110), f"dovecot on {ip}")

    def know(self, extra):
        """Writes down the users, from now on with these fields: it looks whenever it is asked about one."""
        draft = self.folder / "users.new"
        draft.write_text("".join(f"{user}:{{PLAIN}}{password}::::::{extra.get(user, '')}\n"
                                 for user, password in self.users.items()))
        draft.rename(self.folder / "users")

    def greets(self, port):
        with socket.create_connection((self.ip, port), timeout=1) as connection:
            return b"OK" in connection.recv(64)

    def output(self):
        return self.process.output()

    def stop(self):
        self.process.stop()


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
