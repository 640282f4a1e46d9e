"""Exim and OpenSMTPD. As Debian packages they exclude Postfix and each other, so they are not installed but unpacked, into
a cache of the user's. Only in a network of its own (servers.own_network): they are given users and folders of theirs in
its mount namespace, and nothing of that is seen outside.
"""
import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from mail_daemons import greets
from servers import Process, run, wait_for

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mxfleet-peers"
USERS = {"Debian-exim": 64001, "opensmtpd": 64002, "opensmtpq": 64003}


def unpacked(package):
    """The folder with the files of a Debian package, fetched when it is first wanted."""
    folder = CACHE / package
    if not folder.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=CACHE))
        run("apt-get", "download", package, cwd=draft)
        run("dpkg", "-x", next(draft.glob("*.deb")), draft / "root")
        with contextlib.suppress(OSError):  # another test has done the same meanwhile, and uses it
            (draft / "root").rename(folder)
        shutil.rmtree(draft)
    return folder


def settle(folder):
    """Users for both, and what OpenSMTPD wants to find at places that it was compiled with."""
    for name in ("passwd", "group"):
        copy = Path(folder) / name
        original = Path("/etc") / name
        copy.write_text(original.read_text() + "".join(
            f"{user}:x:{number}:{number}::/nonexistent:/usr/sbin/nologin\n" if name == "passwd" else f"{user}:x:{number}:\n"
            for user, number in USERS.items()))
        run("mount", "--bind", copy, original)
    for place in ("/var/spool", "/var/lib"):
        run("mount", "-t", "tmpfs", "-o", "mode=755", "none", place)
    Path("/var/lib/opensmtpd/empty").mkdir(parents=True)
    Path("/var/spool/smtpd").mkdir(mode=0o711)


def files_below(*folders):
    return [file for folder in folders for file in Path(folder).rglob("*") if file.is_file()]


class Exim:
    """An Exim of its own. `acls` are its rules: by name of the option, a list of ACL lines. What it accepts stays in its
    queue, unless `options` and `transport` say otherwise: lines of its configuration."""

    def __init__(self, folder, hostname, ip, domain, certificate, acls, options=("queue_only",),
                 transport=("driver = appendfile", "file = /dev/null")):
        self.folder = Path(folder) / f"exim-{hostname}"
        self.folder.mkdir()
        os.chown(self.folder, USERS["Debian-exim"], USERS["Debian-exim"])
        self.ip = ip
        key = self.folder / "key.pem"
        shutil.copy(certificate[1], key)
        os.chown(key, 0, USERS["Debian-exim"])
        key.chmod(0o640)
        options = "\n".join([*options, *(f"acl_smtp_{name} = acl_{name}" for name in acls)])
        transport = "\n".join(f"  {line}" for line in transport)
        rules = "\n".join(f"acl_{name}:\n" + "\n".join(f"  {line}" for line in lines) for name, lines in acls.items())
        program = shutil.copy(unpacked("exim4-daemon-light") / "usr/sbin/exim4", self.folder)  # where all can reach it
        config = self.folder / "exim.conf"
        config.write_text(f"""
primary_hostname = {hostname}
local_interfaces = {ip}
daemon_smtp_ports = 25
exim_path = {program}
spool_directory = {self.folder}/spool
log_file_path = {self.folder}/%slog
pid_file_path = {self.folder}/pid
tls_advertise_hosts = *
tls_certificate = {certificate[0]}
tls_privatekey = {key}
domainlist local_domains = {domain}
{options}
begin acl
{rules}
begin routers
everything:
  driver = accept
  transport = everywhere
begin transports
everywhere:
{transport}
""")
        self.process = Process([program, "-C", config, "-bdf"], self.folder / "out")

    def wait_until_up(self):
        wait_for(lambda: greets(self.ip, 25), f"Exim: {self.process.output()}")

    def queued(self):
        return files_below(self.folder / "spool/input")

    def log(self):
        return (self.folder / "mainlog").read_text(errors="replace")

    def taken(self):
        """What it took in: a line with `<=` for each message."""
        return [line for line in self.log().splitlines() if " <= " in line]

    def stop(self):
        self.process.stop()


class OpenSmtpd:
    """The only OpenSMTPD there can be, without TLS. `listeners`: address to host name; `rules`: lines of smtpd.conf."""

    def __init__(self, folder, listeners, rules):
        self.folder = Path(folder) / "opensmtpd"
        self.folder.mkdir()
        self.ips = list(listeners)
        lines = [f"listen on {ip} port 25 hostname {hostname} tag t{number}"
                 for number, (ip, hostname) in enumerate(listeners.items())]
        config = self.folder / "smtpd.conf"
        config.write_text("\n".join([*lines, *rules]) + "\n")
        config.chmod(0o600)
        root = unpacked("opensmtpd")
        (Path("/usr/libexec")).mkdir(exist_ok=True)
        run("mount", "-t", "tmpfs", "none", "/usr/libexec")
        shutil.copytree(root / "usr/libexec/opensmtpd", "/usr/libexec/opensmtpd")
        self.process = Process([root / "usr/sbin/smtpd", "-d", "-f", config], self.folder / "log")

    def wait_until_up(self):
        wait_for(lambda: all(greets(ip, 25) for ip in self.ips), f"OpenSMTPD: {self.process.output()}")

    def queued(self):
        return files_below("/var/spool/smtpd")

    def log(self):
        return self.process.output()

    def taken(self):
        """A line for each message that was read to its end."""
        return [line for line in self.log().splitlines() if "smtp message" in line or " delivery " in line]

    def stop(self):
        self.process.stop()
