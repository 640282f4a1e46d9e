"""Mail servers of Debian's, and mailboxes, each with a folder of its own and ended by its own process id."""
import re
import shutil
import socket
import socketserver
import threading
from pathlib import Path

from servers import Process, run, wait_for  # beside this file


def greets(ip, port):
    """Whether a mail server begins to speak: its master may hold the port open with nobody behind it."""
    with socket.create_connection((ip, port), timeout=1) as connection:
        return connection.recv(3) == b"220"


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
