"""A host for MTA-STS policies: HTTPS on port 443 with a certificate for each name that asks, and any answer."""
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PATH = "/.well-known/mta-sts.txt"


def policy(mode="enforce", max_age=604800, mx=()):
    lines = ["version: STSv1", f"mode: {mode}", *(f"mx: {each}" for each in mx), f"max_age: {max_age}"]
    return "".join(line + "\r\n" for line in lines)


class Answer:
    def __init__(self, body="", status=200, media_type="text/plain; charset=utf-8", location=None):
        self.body, self.status, self.media_type, self.location = body.encode(), status, media_type, location


class PolicyHost:
    """`answers`: what each host name gives; `certificates`: with which certificate and key."""

    def __init__(self, ip, answers, certificates, port=443):
        self.answers, self.asked = answers, []
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                name = self.headers.get("Host", "")
                host.asked.append(name)
                answer = host.answers.get(name) if self.path == PATH else None
                answer = answer or Answer("nothing here", 404)
                self.send_response(answer.status)
                if answer.media_type:
                    self.send_header("Content-Type", answer.media_type)
                if answer.location:
                    self.send_header("Location", answer.location)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, *_):
                pass

        contexts = {name: self._context(files) for name, files in certificates.items()}
        self.context = next(iter(contexts.values()))

        def choose(connection, name, _):
            connection.context = contexts.get(name, self.context)

        self.context.sni_callback = choose

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = True

            def finish_request(self, request, client_address):  # in the connection's own thread
                with host.context.wrap_socket(request, server_side=True) as wrapped:
                    super().finish_request(wrapped, client_address)

            def handle_error(self, *_):
                pass

        self.server = Server((ip, port), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @staticmethod
    def _context(files):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*files)
        return context

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
