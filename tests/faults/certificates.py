"""Certificates for a site on 127.0.0.1, made for a test run: a good one, and such as must be refused."""

import ssl
import subprocess
from pathlib import Path

CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


class Certificates:
    """`good`, `expired`, of an `other` host, and signed by somebody `unknown`; `authority` vouches for all but that."""

    def __init__(self, folder: Path):
        self._folder = folder
        self.authority = self._authority("authority")
        self._authority("stranger")
        for kind in ("good", "expired", "other", "unknown"):
            self._issue(kind)

    def context(self, kind):
        """What a server shows."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._folder / f"{kind}.pem", self._folder / f"{kind}.key")
        return context

    def trusting(self):
        """What a client believes that trusts the authority."""
        return ssl.create_default_context(cafile=str(self.authority))

    def _authority(self, name):
        self._run("req", "-x509", *CURVE, "-keyout", f"{name}.key", "-out", f"{name}.pem", "-days", "2",
                  "-subj", f"/CN={name}", "-addext", "basicConstraints=critical,CA:TRUE",
                  "-addext", "keyUsage=critical,keyCertSign")  # fmt: skip
        return self._folder / f"{name}.pem"

    def _issue(self, kind):
        name = "DNS:hafenblatt.example" if kind == "other" else "IP:127.0.0.1"
        by = "stranger" if kind == "unknown" else "authority"
        days = "-1" if kind == "expired" else "2"
        self._run("req", "-new", *CURVE, "-keyout", f"{kind}.key", "-out", f"{kind}.csr", "-subj", f"/CN={kind}",
                  "-addext", f"subjectAltName={name}")  # fmt: skip
        self._run("x509", "-req", "-in", f"{kind}.csr", "-CA", f"{by}.pem", "-CAkey", f"{by}.key",
                  "-CAcreateserial", "-copy_extensions", "copy", "-days", days, "-out", f"{kind}.pem")  # fmt: skip

    def _run(self, *arguments):
        done = subprocess.run(
            ["openssl", *arguments], cwd=self._folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
