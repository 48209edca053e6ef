"""A fast server for one folder on the loopback: nginx where there is one, else a small one of our own."""

import contextlib
import http.server
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time

NGINX = """
worker_processes 2; daemon off; pid {run}/pid; error_log stderr crit; user {user};
events {{ worker_connections 2000; }}
http {{
  access_log off; sendfile on; sendfile_max_chunk 2m; tcp_nopush on; default_type application/octet-stream;
  client_body_temp_path {run}/1; proxy_temp_path {run}/2; fastcgi_temp_path {run}/3; uwsgi_temp_path {run}/4;
  scgi_temp_path {run}/5;
  server {{ listen 127.0.0.1:{port}; root {folder}; }}
}}
"""


class Own(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = pathlib.Path(self.server.folder, pathlib.PurePosixPath(self.path).name)
        try:
            file = open(path, "rb")
        except OSError:
            return self.send_error(404)
        with file:
            size = os.fstat(file.fileno()).st_size
            ranged = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
            start = min(int(ranged[1]), size) if ranged else 0
            self.send_response(206 if ranged else 200)
            if ranged:
                self.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
            self.send_header("Content-Length", str(size - start))
            self.send_header("Accept-Ranges", "bytes")
            self.end_headers()
            while start < size and (sent := os.sendfile(self.connection.fileno(), file.fileno(), start, 2 << 20)):
                start += sent

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def serving(folder):
    """The address that `folder` is served under, ending in a slash."""
    nginx = shutil.which("nginx", path=f"{os.environ.get('PATH')}:/usr/sbin")
    if nginx is None:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Own)
        server.folder, server.daemon_threads = folder, True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        return
    with tempfile.TemporaryDirectory() as run, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        user = "root" if os.getuid() == 0 else "nobody"
        configuration = pathlib.Path(run, "conf")
        configuration.write_text(NGINX.format(run=run, port=port, folder=folder, user=user))
        server = subprocess.Popen([nginx, "-c", configuration, "-p", run], stderr=subprocess.DEVNULL)
        try:
            for _ in range(200):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.02)
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()
            server.wait()
