"""Certificates for tests: a county's own authority, and servers' certificates it or another one issued."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.x509.oid import NameOID

_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Authority:
    """A certificate authority; `file` holds its certificate."""

    key: EllipticCurvePrivateKey
    certificate: x509.Certificate
    file: Path

    def issue(self, folder: Path, name: str, address: str = "127.0.0.1", days: int = 1) -> tuple[Path, Path]:
        """Write a server's certificate and key; with negative days it has expired. Return both files."""
        key = generate_private_key(SECP256R1())
        until = datetime.datetime.now(datetime.UTC) + days * _DAY
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        made = _begun(_named(name), self.certificate.subject, key, until)
        made = made.add_extension(names, critical=False).add_extension(signer, critical=False)
        certificate, secret = folder / f"{name}.pem", folder / f"{name}.key"
        certificate.write_bytes(_pem(made.sign(self.key, hashes.SHA256())))
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        secret.write_bytes(key.private_bytes(*form))
        return certificate, secret


def authority(folder: Path, name: str) -> Authority:
    """Make an authority and write its certificate."""
    key, subject = generate_private_key(SECP256R1()), _named(name)
    usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
    made = _begun(subject, subject, key, datetime.datetime.now(datetime.UTC) + _DAY)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    made = made.add_extension(usage, critical=True)
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    certificate = made.add_extension(own, critical=False).sign(key, hashes.SHA256())
    file = folder / f"{name}.pem"
    file.write_bytes(_pem(certificate))
    return Authority(key, certificate, file)


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """What a server needs to show a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def _begun(
    subject: x509.Name, issuer: x509.Name, key: EllipticCurvePrivateKey, until: datetime.datetime
) -> x509.CertificateBuilder:
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number())
    return made.not_valid_before(until - 30 * _DAY).not_valid_after(until)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
