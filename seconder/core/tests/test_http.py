"""The guarded door, against real servers on loopback and against everything that should be out of reach."""

from __future__ import annotations

import ipaddress
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from seconder.core import addresses, http
from seconder.core.http import HttpFailed


class Server(ThreadingHTTPServer):
    """Answers by path, and remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Talk(BaseHTTPRequestHandler):
    server: Server

    def answer(self) -> None:
        length = int(self.headers.get("content-length", 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append((self.command, self.path, headers, self.rfile.read(length)))
        getattr(self, f"say_{self.path.strip('/').split('?')[0] or 'hello'}")()

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer  # noqa: N815  the library's names

    def say(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"content_length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def say_hello(self) -> None:
        self.say(200, '{"total": 12000, "vendor": "Zoë"}'.encode(), content_type="application/json")

    def say_latin(self) -> None:
        self.say(200, "5 £".encode("latin-1"), content_type="text/plain; charset=iso-8859-1")

    def say_redirect(self) -> None:
        self.say(302, b"", location="http://169.254.169.254/latest/meta-data/")

    def say_large(self) -> None:
        self.say(200, b"x" * 3_000_000)

    def say_short(self) -> None:
        self.say(200, b"half", content_length="100")

    def say_slow(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(100):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.05)

    def say_nothing(self) -> None:
        self.close_connection = True

    def say_later(self) -> None:
        time.sleep(5)

    def say_broken(self) -> None:
        self.wfile.write(b"SMTP ready\r\n\r\n")

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    threading.Thread(target=running.serve_forever, args=[0.01], daemon=True).start()
    yield running
    running.shutdown()
    running.server_close()


@pytest.fixture
def loopback() -> Iterator[None]:
    with addresses.reachable("127.0.0.0/8", "::1/128"):
        yield


@pytest.mark.usefixtures("loopback")
def test_a_request_arrives_as_it_was_given_and_the_answer_comes_back(server: Server) -> None:
    answer = http.request(
        "POST",
        f"{server.url}/?q=a b".replace(" ", "%20"),
        headers={"X-Order": "7"},
        json={"é": [1]},
        key="run-1:é",
    )
    method, path, headers, body = server.asked[0]
    assert (method, path, json.loads(body)) == ("POST", "/?q=a%20b", {"é": [1]})
    assert headers["x-order"] == "7"
    assert headers["content-type"] == "application/json"
    assert headers["idempotency-key"] == "run-1:%C3%A9"
    assert headers["host"] == server.url.removeprefix("http://")
    assert (answer.status, answer.json()) == (200, {"total": 12000, "vendor": "Zoë"})
    assert not answer.is_cut


@pytest.mark.usefixtures("loopback")
def test_text_is_read_in_its_own_letters(server: Server) -> None:
    assert http.request("GET", f"{server.url}/latin").text == "5 £"


@pytest.mark.usefixtures("loopback")
def test_a_redirect_is_not_followed(server: Server) -> None:
    answer = http.request("GET", f"{server.url}/redirect")
    assert (answer.status, answer.headers["location"]) == (302, "http://169.254.169.254/latest/meta-data/")
    assert len(server.asked) == 1


@pytest.mark.usefixtures("loopback")
def test_a_long_or_broken_off_body_is_cut_and_says_so(server: Server) -> None:
    large = http.request("GET", f"{server.url}/large", limit=1000)
    short = http.request("GET", f"{server.url}/short")
    assert (len(large.body), large.is_cut) == (1000, True)
    assert (short.body, short.is_cut) == (b"half", True)


@pytest.mark.usefixtures("loopback")
def test_time_is_limited_as_a_whole_however_slowly_it_drips(server: Server) -> None:
    began = time.monotonic()
    answer = http.request("GET", f"{server.url}/slow", timeout=0.5)
    assert answer.is_cut
    with pytest.raises(HttpFailed, match="took too long") as failure:
        http.request("POST", f"{server.url}/later", timeout=0.5)
    assert failure.value.happened == "unknown"
    assert time.monotonic() - began < 3


@pytest.mark.usefixtures("loopback")
@pytest.mark.parametrize("path", ["nothing", "broken"])
def test_without_an_answer_nobody_knows(path: str, server: Server) -> None:
    with pytest.raises(HttpFailed) as failure:
        http.request("POST", f"{server.url}/{path}", body="x")
    assert (failure.value.happened, failure.value.retryable) == ("unknown", True)


@pytest.mark.usefixtures("loopback")
def test_without_a_connection_it_surely_did_not_happen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(HttpFailed, match="cannot be reached") as failure:
        http.request("POST", f"http://127.0.0.1:{port}/")
    assert (failure.value.happened, failure.value.retryable) == ("no", True)


def test_no_proxy_of_the_environment_is_used(
    server: Server, loopback: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert http.request("GET", server.url).status == 200


OUT_OF_BOUNDS = [
    "127.0.0.1", "localhost", "127.1", "0x7f.1", "2130706433", "0177.0.0.1", "0.0.0.0", "[::1]", "[::]",
    "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]", "[2002:7f00:1::]",
    "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "[fd00:ec2::254]", "[fe80::1]", "[fec0::1]",
    "100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1", "224.0.0.1", "[ff02::1]", "240.0.0.1",
    "255.255.255.255", "192.0.2.1", "[2001:db8::1]", "[2001::1]",
]  # fmt: skip


@pytest.mark.parametrize("host", OUT_OF_BOUNDS)
def test_nothing_of_our_own_network_is_reached(host: str, server: Server) -> None:
    with pytest.raises(HttpFailed) as failure:
        http.request("GET", f"http://{host}:{server.server_address[1]}/", timeout=2)
    assert failure.value.happened == "no"
    assert "out of bounds" in failure.value.detail or "cannot be reached" in failure.value.detail
    assert server.asked == []


@given(st.ip_addresses())
def test_only_public_addresses_are_open(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if addresses.is_open(address):
        assert address.is_global
        kept_out = (address.is_private, address.is_loopback, address.is_link_local, address.is_multicast)
        assert not any(kept_out)
    if isinstance(address, ipaddress.IPv4Address):
        for prefix in ("::ffff:", "64:ff9b::"):
            assert addresses.is_open(ipaddress.ip_address(f"{prefix}{address}")) == addresses.is_open(address)


def test_public_addresses_are_open() -> None:
    for text in ("93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::808:808"):
        assert addresses.is_open(ipaddress.ip_address(text))


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    with addresses.reachable("127.0.0.0/8"):
        assert addresses.resolve("127.0.0.1", 80, 1) == ["127.0.0.1"]
    assert addresses.resolve("127.0.0.1", 80, 1, allow_private=True) == ["127.0.0.1"]
    with pytest.raises(addresses.Refused):
        addresses.resolve("127.0.0.1", 80, 1)


BAD = [
    ("GET", "file:///etc/passwd", {}),
    ("GET", "gopher://example.com/", {}),
    ("GET", "//example.com/", {}),
    ("GET", "http:///x", {}),
    ("GET", "http://user:pw@example.com/", {}),
    ("GET", "http://example.com:99999/", {}),
    ("GET", "http://example.com/\r\nHost: evil", {}),
    ("GET", "http://exa mple.com/", {}),
    ("GET", "http://example.com\\@evil.example/", {}),
    ("GET", "http://" + "a" * 300 + ".example/", {}),
    ("CONNECT", "http://example.com/", {}),
    ("GET\r\nX: y", "http://example.com/", {}),
    ("GET", "http://example.com/", {"Host": "evil"}),
    ("GET", "http://example.com/", {"content-Length": "5"}),
    ("GET", "http://example.com/", {"Transfer-Encoding": "chunked"}),
    ("GET", "http://example.com/", {"Idempotency-Key": "x"}),
    ("GET", "http://example.com/", {"X": "a\r\nY: b"}),
    ("GET", "http://example.com/", {"X: y": "a"}),
    ("GET", "http://example.com/", {"X": "€"}),
]


@pytest.mark.parametrize(("method", "url", "headers"), BAD)
def test_what_is_no_request_is_refused_before_anything_is_looked_up(
    method: str, url: str, headers: dict[str, str]
) -> None:
    with pytest.raises(HttpFailed) as failure:
        http.request(method, url, headers=headers)
    assert (failure.value.retryable, failure.value.happened) == (False, "no")


@pytest.mark.usefixtures("loopback")
def test_a_certificate_must_be_valid_for_the_name(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(tmp_path, "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    port = server.server_address[1]

    with pytest.raises(HttpFailed, match="certificate is not valid") as failure:
        http.request("GET", f"https://localhost:{port}/")
    assert (failure.value.retryable, failure.value.happened) == (False, "no")

    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert http.request("GET", f"https://localhost:{port}/").status == 200
    assert server.asked[0][2]["host"] == f"localhost:{port}"
    with pytest.raises(HttpFailed, match="certificate is not valid"):
        http.request("GET", f"https://127.0.0.1:{port}/")


def make_certificate(folder: Path, name: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file
