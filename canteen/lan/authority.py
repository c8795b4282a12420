"""An authority for one canteen's network, and the server's certificate by it. Nothing here touches a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_LASTS = timedelta(days=3650)
SERVER_LASTS = timedelta(days=396)
"""Browsers take no certificate that lasts longer than 397 days."""
BEFORE = timedelta(hours=1)
"""A tablet whose clock runs a little behind must not find the certificate in its future."""

PRIVATE_NETWORKS = (
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8", "fc00::/7", "fe80::/10", "::1/128",
)  # fmt: skip
PRIVATE_DOMAINS = ("localhost", "local", "lan", "internal", "home.arpa")


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its key, both as PEM."""

    certificate: bytes
    key: bytes


def make_authority(hostname: str, at: datetime) -> Pair:
    """An authority that can vouch for private addresses and this host's name, and for nobody else in the world."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(f"Canteen {hostname} {at:%Y-%m-%d}")
    domains = (*PRIVATE_DOMAINS, hostname) if hostname not in PRIVATE_DOMAINS else PRIVATE_DOMAINS
    permitted: list[x509.GeneralName] = [x509.DNSName(domain) for domain in domains]
    permitted += [x509.IPAddress(ip_network(network)) for network in PRIVATE_NETWORKS]
    certificate = (
        _builder(name, name, key.public_key(), at, AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return _pair(certificate, key)


def make_server_certificate(authority: Pair, names: Sequence[str], at: datetime) -> Pair:
    """The server's certificate for these host names and addresses, with the authority's behind it."""
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.load_pem_x509_certificate(authority.certificate)
    issuer_key = load_pem_private_key(authority.key, None)
    assert isinstance(issuer_key, ec.EllipticCurvePrivateKey)
    lasts = min(SERVER_LASTS, issuer.not_valid_after_utc - at)
    certificate = (
        _builder(_name("Canteen server"), issuer.subject, key.public_key(), at, lasts)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
        .sign(issuer_key, hashes.SHA256())
    )
    pair = _pair(certificate, key)
    return Pair(pair.certificate + authority.certificate, pair.key)


def is_vouched_for(authority: bytes, name: str) -> bool:
    """Whether the authority may vouch for this name or address at all."""
    constraints = x509.load_pem_x509_certificate(authority).extensions.get_extension_for_class(x509.NameConstraints)
    permitted = constraints.value.permitted_subtrees or []
    wanted = _general(name)
    if isinstance(wanted, x509.IPAddress):
        address = ip_address(name)
        return any(address in ip_network(str(one.value)) for one in permitted if isinstance(one, x509.IPAddress))
    return any(isinstance(one, x509.DNSName) and f".{name}".endswith(f".{one.value}") for one in permitted)


def names_of(certificate: x509.Certificate) -> tuple[str, ...]:
    """The host names and addresses of a certificate, as one types them."""
    try:
        named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return (*named.get_values_for_type(x509.DNSName), *map(str, named.get_values_for_type(x509.IPAddress)))


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of a certificate as systems show it: pairs of capital digits."""
    return ":".join(f"{byte:02X}" for byte in certificate.fingerprint(hashes.SHA256()))


def _builder(
    subject: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey, at: datetime, lasts: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - BEFORE)
        .not_valid_after(at + lasts)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _usage(signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates, key_cert_sign=signs_certificates, crl_sign=signs_certificates,
        content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _general(name: str) -> x509.DNSName | x509.IPAddress:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common[:64])])


def _pair(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Pair:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Pair(certificate.public_bytes(Encoding.PEM), pem)
