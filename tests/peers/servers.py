"""What tests with real servers stand on: a network of their own, processes, each ended by its own id, folders,
certificates.

A test that begins with `own_network` has a network of its own, with any address and port that it likes, and no process
outlives it. Servers that give up root need a folder they can reach, so the folders are world-readable.
"""
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path


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
