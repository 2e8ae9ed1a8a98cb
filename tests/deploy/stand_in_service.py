"""A service of a few lines in the place of a real one: it answers on its socket with who it is.

`python stand_in_service.py NAME`. `GET /…` answers `{"service", "path", "variables", "forwarded"}`;
`GET /crash` ends the process at once, with code 3.
"""

import http.server
import json
import os
import signal
import socketserver
import sys
from pathlib import Path


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.endswith("/crash"):
            os._exit(3)
        told = {
            "service": sys.argv[1],
            "path": self.path,
            "pid": os.getpid(),
            "variables": sorted(name for name in os.environ if "MILLIARD" in name or "DATABASE" in name),
            "forwarded": self.headers.get("X-Forwarded-For"),
        }
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        return "socket"


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    listen = os.environ["MILLIARD_LISTEN"].removeprefix("unix:")
    Path(listen).unlink(missing_ok=True)
    Server(listen, Answer).serve_forever()
