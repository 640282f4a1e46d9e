"""Starts mxfleet-lab and talks to it: DNS queries and SMTP over plain sockets. Needs nothing but Python."""

import os
import signal
import socket
import ssl
import struct
import subprocess
import tempfile
import time
import tomllib
from pathlib import Path

TYPES = {"A": 1, "CNAME": 5, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28}
PATIENCE = 20  # seconds for what must come; only a fault makes anybody wait for so long


class Lab:
    """The program, from its ready line to its end."""

    def __init__(self, path, *arguments):
        self.dir = tempfile.TemporaryDirectory()
        self.log = os.path.join(self.dir.name, "connections.log")
        self.config = os.path.join(self.dir.name, "mxfleet.toml")
        command = [path, "--ephemeral", "--connection-log", self.log, "--config-out", self.config, *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("ready "), line
        fields = dict(field.split("=", 1) for field in line.split()[1:])
        self.ca = fields["ca"]
        self.dns = int(fields["dns"].rsplit(":", 1)[1])
        self.smtp = int(fields["smtp"])
        self.fleet = int(fields.get("fleet", 0))

    def stop(self):
        """The exit code, and how long it took."""
        begin = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE)
        self.process.stdout.close()
        self.dir.cleanup()
        return code, time.monotonic() - begin

    def check_targets(self):
        """The addresses that its configuration has an agent prove its own way out with."""
        settings = tomllib.loads(Path(self.config).read_text())
        return {target.rpartition(":")[0] for target in settings["vantage"]["check_targets"]}

    def log_lines(self):
        with open(self.log, encoding="ascii") as file:
            return [line.split() for line in file]


# ---- DNS ----------------------------------------------------------------------------------------------------------

def wire_name(name):
    labels = [label for label in name.split(".") if label]
    return b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"


def read_name(message, at):
    """The name, and where it ends."""
    labels = []
    while message[at]:
        if message[at] >= 0xC0:
            return ".".join(labels + [read_name(message, (message[at] & 0x3F) << 8 | message[at + 1])[0]]), at + 2
        labels.append(message[at + 1 : at + 1 + message[at]].decode())
        at += message[at] + 1
    return ".".join(labels), at + 1


def read_data(message, kind, at, length):
    if kind in (TYPES["A"], TYPES["AAAA"]):
        return socket.inet_ntop(socket.AF_INET if length == 4 else socket.AF_INET6, message[at : at + length])
    if kind == TYPES["MX"]:
        return struct.unpack_from("!H", message, at)[0], read_name(message, at + 2)[0]
    return read_name(message, at)[0]


class Answer:
    def __init__(self, message):
        _, flags, questions, answers, _, _ = struct.unpack_from("!6H", message)
        self.rcode, self.truncated, self.ad = flags & 15, bool(flags & 0x200), bool(flags & 0x20)
        at = 12
        for _ in range(questions):
            self.name, at = read_name(message, at)
            at += 4
        self.records = []
        for _ in range(answers):
            _, at = read_name(message, at)
            kind, _, _, length = struct.unpack_from("!HHIH", message, at)
            self.records.append(read_data(message, kind, at + 10, length))
            at += 10 + length


def ask(lab, name, kind, flags=0x100, tcp=False, timeout=PATIENCE):
    query = struct.pack("!6H", 4711, flags, 1, 0, 0, 0) + wire_name(name) + struct.pack("!HH", TYPES[kind], 1)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM) as s:
        s.settimeout(timeout)
        s.connect(("127.0.0.1", lab.dns))
        s.send(struct.pack("!H", len(query)) + query if tcp else query)
        if not tcp:
            return Answer(s.recv(65535))
        file = s.makefile("rb")
        return Answer(file.read(struct.unpack("!H", file.read(2))[0]))


# ---- SMTP ---------------------------------------------------------------------------------------------------------

class Client:
    """A connection that reads whole replies."""

    def __init__(self, ip, port, timeout=PATIENCE):
        self.socket = socket.create_connection((ip, port), timeout=timeout)
        self.file = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def reply(self):
        lines = []
        while True:
            line = self.file.readline()
            lines.append(line)
            if not line or line[3:4] != b"-":
                return b"".join(lines)

    def whole_reply(self, seconds=1.5):
        """As `reply`, but cut off when it takes too long or is too much."""
        end = time.monotonic() + seconds
        reply = b""
        while len(reply) < 65536 and time.monotonic() < end:
            self.socket.settimeout(max(end - time.monotonic(), 0.001))
            piece = self.socket.recv(4096)
            reply += piece
            last = reply.rstrip(b"\r\n").rsplit(b"\n", 1)[-1]
            if not piece or (reply.endswith(b"\n") and last[3:4] != b"-"):
                return reply
        return reply

    def say(self, line):
        self.socket.sendall(line.encode() + b"\r\n")
        return self.reply()

    def start_tls(self, context, name):
        """After the 220: the handshake with a client that verifies."""
        self.file.close()
        self.socket = context.wrap_socket(self.socket, server_hostname=name)
        self.file = self.socket.makefile("rb")


def trusting(lab):
    context = ssl.create_default_context(cafile=lab.ca)
    context.hostname_checks_common_name = False
    return context
