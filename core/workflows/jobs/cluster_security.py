"""Keys for the cluster: without them nobody can submit work or read what workers send each other.

Dask runs whatever function a client sends, so a scheduler that anybody can reach gives away this account. The local
cluster draws a certificate authority and one certificate at each start, in a folder for its owner only; the authority's
key is never written, so no further certificate can be issued. A cluster by address uses the files of the settings.
Both sides of every connection show a certificate of the authority (mutual TLS).
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from core.config import settings
from core.errors import Unavailable
from core.workflows.jobs import processes

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from distributed.security import Security

FOLDERS = "cluster-keys"
VALID_DAYS = 3650  # as long as the cluster lives; the keys go with it
CLOCK_TOLERANCE = timedelta(days=1)


@dataclass(frozen=True)
class KeyFiles:
    """The paths of the authority's certificate, the own certificate and its key."""

    authority: Path
    certificate: Path
    key: Path

    @classmethod
    def in_folder(cls, folder: Path) -> KeyFiles:
        return cls(folder / "authority.pem", folder / "certificate.pem", folder / "key.pem")


def local_folder(pid: int) -> Path:
    """The folder of the keys of the local cluster."""
    return settings().local_folder / FOLDERS / str(pid)


def create_keys(folder: Path) -> KeyFiles:
    """New keys in a new folder that only its owner can enter."""
    from cryptography.hazmat.primitives.asymmetric import ec

    _remove_left_over(folder.parent)
    folder.mkdir(parents=True, mode=0o700)
    folder.parent.chmod(0o700)
    files = KeyFiles.in_folder(folder)
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _certificate("Earshot cluster authority", authority_key, signed_by=authority_key, is_authority=True)
    certificate = _certificate("Earshot cluster", key, signed_by=authority_key, is_authority=False)
    for file, data in zip(
        (files.authority, files.certificate, files.key),
        (*map(_pem, (authority, certificate)), _key_pem(key)),
        strict=True,
    ):
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(data)
    return files


def remove_keys(folder: Path) -> None:
    """Remove the keys of a cluster that has ended."""
    shutil.rmtree(folder, ignore_errors=True)


def security_of(files: KeyFiles) -> Security:
    """The security options of Dask's client, scheduler and workers: TLS with certificates on both sides.

    Raises
    ------
    Unavailable
        A file is missing, as when the cluster has just ended.
    """
    from distributed.security import Security

    for file in (files.authority, files.certificate, files.key):
        if not file.is_file():
            raise Unavailable(
                "The cluster's key {file} cannot be read.",
                file=file,
            )
    pair = {"cert": str(files.certificate), "key": str(files.key)}
    by_role = {f"tls_{role}_{what}": path for role in ("client", "scheduler", "worker") for what, path in pair.items()}
    return Security(require_encryption=True, tls_ca_file=str(files.authority), **by_role)


def security_by_settings() -> Security | None:
    """For the scheduler of EARSHOT_DASK_SCHEDULER; None where the settings name no keys."""
    values = settings()
    if not values.dask_tls_ca:
        return None
    return security_of(KeyFiles(Path(values.dask_tls_ca), Path(values.dask_tls_cert), Path(values.dask_tls_key)))


def is_unprotected() -> bool:
    """Whether the settings name a scheduler but no keys: anyone who reaches it can run code as Earshot."""
    return bool(settings().dask_scheduler) and not settings().dask_tls_ca


def _remove_left_over(folders: Path) -> None:
    """Remove the keys of clusters that were killed."""
    for folder in folders.glob("*"):
        if folder.name.isdigit() and not processes.is_alive(int(folder.name)):
            remove_keys(folder)


def _certificate(
    name: str, key: EllipticCurvePrivateKey, *, signed_by: EllipticCurvePrivateKey, is_authority: bool
) -> x509.Certificate:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import NameOID

    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Earshot cluster authority")])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_TOLERANCE)
        .not_valid_after(now + timedelta(days=VALID_DAYS))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signed_by.public_key()), critical=False)
        .add_extension(_usage(is_authority), critical=True)
        .sign(signed_by, hashes.SHA256())
    )


def _usage(is_authority: bool) -> x509.KeyUsage:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM)


def _key_pem(key: EllipticCurvePrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
