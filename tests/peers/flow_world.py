"""What the tests of flows have around the agent: name server, two Postfixes, one of which swallows mail, an Exim, postgrey,
and the mailboxes in a Dovecot; and configurations of the flows between them."""
import email
import imaplib
import json
import os
import shutil
import ssl
import unittest

from mail_daemons import Dovecot, Postfix, Postgrey  # beside this file
from name_servers import Knot
from other_servers import Exim, settle
from servers import Folder, Pki

SOURCE = "192.0.2.1"
GOOD, ALSO_GOOD, EXIM, SWALLOWS = (f"192.0.2.{number}" for number in (10, 11, 12, 13))
ADDRESSES = (SOURCE, GOOD, ALSO_GOOD, EXIM, SWALLOWS)
RIGHT, WRONG, WRONG_VARIABLE = "right-Zaunkoenig", "wrong-Rotkehlchen", "MXFLEET_TEST_WRONG"
USERS = ("probe", "pop", "killed", "killed-pop", "full", "brimful", "echo")
LMTP_PORT, ONLY_LOGIN_PORT = 24, 1587
ZONE = f"""@ MX 10 mx
mx A {GOOD}
four MX 10 all-four
{"".join(f"all-four A {ip}{chr(10)}" for ip in (GOOD, ALSO_GOOD, EXIM, SWALLOWS))}
exim MX 10 mx.exim
mx.exim A {EXIM}
mail A {GOOD}
"""
# Mailboxes are full by a rule of the user's, here and where mail is delivered.
DOVECOT = f"""
protocols = imap pop3 lmtp
recipient_delimiter = +
lmtp_save_to_detail_mailbox = yes
lda_mailbox_autocreate = yes
auth_username_format = %n
mail_plugins = quota
plugin {{
 quota = maildir:all
 quota_rule = *:storage=1G
}}
service lmtp {{
 inet_listener lmtp {{
  address = {GOOD}
  port = {LMTP_PORT}
 }}
}}
namespace inbox {{
 inbox = yes
 mailbox Junk {{
  special_use = \\Junk
  auto = create
 }}
}}
"""
FULL = "userdb_quota_rule=*:bytes=1"
FULL_FOR_NOW = FULL + " userdb_quota_full_tempfail=yes"
ECHO = "nologin reason=you-said-%w"  # is let in nowhere, and told the password that was given
TERMS = {"from": "probe@flow.test", "to": "probe@flow.test", "mailbox": "imap", "via": "mx", "interval": "1h",
         "late": "1m", "lost": "5m"}
SOON_LATE = {"late": "6s"}
SOON_LOST = {"late": "6s", "lost": "15s"}
FLOWS = {  # by name: what is different from that
    "inbox": {},
    "by-pop3": {"to": "pop@flow.test", "mailbox": "pop"},
    "by-exim": {"to": "probe@exim.flow.test"},
    "login": {"via": "service:submission"},
    "old-login": {"via": "service:only-login"},
    "wrong-login": {"via": "service:wrong-submission"},
    "four": {"to": "probe@four.flow.test", "via": "each_endpoint"} | SOON_LOST,
    "junk": {"to": "junk@flow.test"},
    "twice": {"to": "twice@flow.test"},
    "swallowed": {"to": "swallow@flow.test"} | SOON_LOST,
    "stopped": {"to": "stopped@flow.test"} | SOON_LATE,
    "greylisted": {"to": "grey@flow.test", "lost": "20s", "late": "20s"},  # tried again after a fourth of that
    "bounced": {"to": "nobody@flow.test"},
    "refused": {"to": "refused@flow.test"},
    "full": {"to": "full@flow.test"},
    "unread": {"to": "echo@flow.test", "mailbox": "echo"} | SOON_LOST,
    "brimful": {"to": "brimful@flow.test", "mailbox": "brimful"} | SOON_LATE,
}
SERVICES = {  # by name: kind, credentials, and what is different
    "imap": ("imaps", "probe", ""), "pop": ("pop3s", "pop", ""), "submission": ("submission", "probe", ""),
    "brimful": ("imaps", "brimful", ""), "killed": ("imaps", "killed", ""), "killed-pop": ("pop3s", "killed-pop", ""),
    "echo": ("imaps", "echo", ""), "echo-pop": ("pop3s", "echo", ""),
    "only-login": ("submission", "probe", f"port = {ONLY_LOGIN_PORT}\n"),
    "wrong-imap": ("imap", "wrong", ""), "wrong-pop": ("pop3s", "wrong", ""),
    "wrong-submission": ("submission", "wrong", ""),
    "wrong-only-login": ("submission", "wrong", f"port = {ONLY_LOGIN_PORT}\n"),
}
CONFIG = """
[agent]
ehlo = "probe.flow.test"
state_directory = "{state}"
[dns]
resolvers = ["192.0.2.1:53"]
[schedule]
per_ip_gap = "0s"
[smtp]
source_ipv4 = "192.0.2.1"  # Dovecot takes who comes from its own address for safe without TLS
[tls]
ca_file = "{root}"
[targets]
allow_networks = ["192.0.2.0/24"]
[log]
level = "debug"
[credentials.wrong]
username = "probe"
password_env = "{wrong}"
"""


def table(pairs):
    """A table of Postfix's that stands in its configuration."""
    return "inline:{" + ", ".join(f"{{{key} = {value}}}" for key, value in pairs.items()) + "}"


class World:
    def __init__(self):
        folder = Folder("flows")
        unittest.addModuleCleanup(folder.remove)
        self.folder = folder.path
        settle(folder.path)
        self.pki = Pki(folder.path)
        certificate = self.pki.issue("mail.flow.test", "mx.flow.test", "all-four.flow.test", "mx.exim.flow.test")
        unittest.addModuleCleanup(Knot(folder.path, SOURCE, 53, {"flow.test": ZONE}).stop)
        self.dovecot = Dovecot(folder.path, "mail", GOOD, dict.fromkeys(USERS, RIGHT), certificate, more=DOVECOT,
                               extra={"full": FULL, "brimful": FULL_FOR_NOW, "echo": ECHO})
        self.postgrey = Postgrey(folder.path, delay=2)
        self.postfix, self.swallower = self.postfixes(certificate)
        self.exim = self.start_exim(certificate)
        for server in (self.dovecot, self.postgrey, self.postfix, self.swallower, self.exim):
            unittest.addModuleCleanup(server.stop)
        for server in (self.postgrey, self.postfix, self.swallower, self.exim):
            server.wait_until_up()
        (folder.path / "password").write_text(RIGHT + "\n")
        (folder.path / "password").chmod(0o600)
        os.environ[WRONG_VARIABLE] = WRONG
        self.deliver_foreign()

    def postfixes(self, certificate):
        names = [*USERS, "junk", "swallow", "twice", "stopped", "grey", "nobody", "refused"]
        known = table({f"{name}@flow.test": "x" for name in names} |
                      {"probe@four.flow.test": "x", "probe@stopped.flow.test": "x"})
        lmtp = f"lmtp:inet:{GOOD}:{LMTP_PORT}"
        restrictions = table({"grey@flow.test": "greylisted", "refused@flow.test": "552 5.2.2 mailbox full"})
        own = {
            "virtual_mailbox_maps": known, "virtual_transport": lmtp, "recipient_delimiter": "+",
            "virtual_alias_maps": table({"junk@flow.test": "probe+Junk@flow.test", "grey@flow.test": "probe@flow.test",
                                         "stopped@flow.test": "probe@stopped.flow.test",
                                         "twice@flow.test": "probe@flow.test, probe+Junk@flow.test"}),
            "transport_maps": table({"swallow@flow.test": "discard:",
                                     "stopped.flow.test": lmtp.replace("lmtp:", "stopped:", 1)}),
            "defer_transports": "stopped",
            "smtpd_recipient_restrictions": f"check_recipient_access {restrictions}",
            "smtpd_restriction_classes": "greylisted", "greylisted": f"check_policy_service inet:{self.postgrey.address}",
            "queue_run_delay": "2s", "minimal_backoff_time": "2s", "maximal_backoff_time": "4s",
            "smtpd_relay_restrictions": "permit_sasl_authenticated, reject_unauth_destination",
            "smtpd_sasl_type": "dovecot", "smtpd_sasl_path": f"inet:{GOOD}:{Dovecot.AUTH_PORT}",
            "smtpd_tls_auth_only": "yes",
        }
        with_login = "inet n - n - - smtpd -o smtpd_sasl_auth_enable=yes"
        services = ["lmtp unix - - n - - lmtp", "stopped unix - - n - - lmtp", f"[{GOOD}]:587 {with_login}",
                    f"[{GOOD}]:{ONLY_LOGIN_PORT} {with_login} -o smtpd_sasl_mechanism_filter=login"]
        domains = ["flow.test", "four.flow.test", "stopped.flow.test"]
        good = Postfix(self.folder, "mx.flow.test", [GOOD, ALSO_GOOD], domains, certificate, more_services=services, **own)
        swallower = Postfix(self.folder, "swallows.flow.test", [SWALLOWS], domains, certificate,
                            virtual_mailbox_maps=known)
        return good, swallower

    def start_exim(self, certificate):
        """It delivers into the mailboxes, of the domains that it is an exchange of, and reports."""
        return Exim(self.folder, "mx.exim.flow.test", EXIM, "exim.flow.test : four.flow.test", certificate,
                    {"rcpt": ["accept domains = +local_domains", "deny message = relay not permitted"]},
                    ["dsn_advertise_hosts = *", "deliver_drop_privilege", "keep_environment ="],
                    ["driver = smtp", "protocol = lmtp", f"hosts = {GOOD}", f"port = {LMTP_PORT}"])

    def config(self, name, flows, services=tuple(SERVICES)):
        """A configuration of these flows, as of FLOWS, with a state directory of its own, which it gives, too."""
        state = self.folder / f"state-{name}"
        text = CONFIG.format(state=state, root=self.pki.root, wrong=WRONG_VARIABLE)
        for user in USERS:
            text += f'[credentials.{user}]\nusername = "{user}"\npassword_file = "password"\n'
        for service in services:
            kind, credentials, more = SERVICES[service]
            text += (f'[[service]]\nname = "{service}"\nkind = "{kind}"\nhost = "mail.flow.test"\n'
                     f'credentials = "{credentials}"\n{more}')
        for flow, different in flows.items():
            text += f'[[flow]]\nname = "{flow}"\n'
            text += "".join(f"{key} = {json.dumps(value)}\n" for key, value in (TERMS | different).items())
        file = self.folder / f"{name}.toml"
        file.write_text(text)
        return file, state

    def deliver_foreign(self):
        """Somebody's letters, which are to stay as they are: in the inbox, by IMAP and by POP3, and in the junk folder."""
        for user, place in (("probe", ""), ("probe", ".Junk"), ("pop", "")):
            maildir = self.dovecot.folder / "mail" / user / place
            for part in ("tmp", "new", "cur"):
                (maildir / part).mkdir(parents=True, exist_ok=True)
            (maildir / "new" / "1.M1.test").write_text("Subject: lunch?\r\n\r\nX-Mxfleet-Token: no header\r\n", newline="")
        for path in (self.dovecot.folder / "mail").rglob("*"):
            shutil.chown(path, "mail", "mail")

    def letters(self, user="probe"):
        """The subjects of all there is in a mailbox, by folder, and whether each is seen; looked at without a change."""
        client = imaplib.IMAP4_SSL(GOOD, ssl_context=ssl._create_unverified_context(), timeout=5)
        client.login(user, RIGHT)
        found = []
        for folder in ("INBOX", "Junk"):
            if client.select(folder, readonly=True)[1] == [b"0"]:
                continue
            for answer in client.fetch("1:*", "(FLAGS BODY.PEEK[HEADER])")[1]:
                if isinstance(answer, tuple):
                    found.append((folder, email.message_from_bytes(answer[1])["Subject"], b"\\Seen" in answer[0]))
        client.logout()
        return sorted(found)

    def make_room(self):
        """In the mailbox that was full for now."""
        self.dovecot.know({"full": FULL, "echo": ECHO})

    def start_queue(self):
        """What waits in it is handed on from now on."""
        self.postfix.change(defer_transports="")
