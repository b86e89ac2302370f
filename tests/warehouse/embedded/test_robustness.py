"""Directories, ports, certificates, broken clients: what a server must survive and refuse."""

# ruff: noqa: E501 - a statement is easier to read on one line

import http.client
import socket
import ssl
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit

import pytest

from datacontract_api.errors import Unsupported, WarehouseUnreachable
from datacontract_runner.embedded.lock import running_at
from datacontract_runner.embedded.server import EmbeddedWarehouse


def talk(url: str, request: bytes) -> bytes:
    """Sends bytes as they are and reads until the server closes."""
    host, port = urlsplit(url).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(1 << 16):
            answer += piece
    return answer


def test_a_second_server_on_a_directory_is_refused_and_told_where_the_first_one_is(embedded, embedded_data):
    assert running_at(embedded_data) == embedded.url
    with pytest.raises(Unsupported, match=embedded.url):
        EmbeddedWarehouse(embedded_data)


def test_a_directory_is_free_again_after_close_and_after_a_killed_process(tmp_path):
    assert running_at(tmp_path) is None
    code = (
        "import os, pathlib, signal, sys; from datacontract_runner.embedded.lock import DirectoryLock\n"
        "DirectoryLock(pathlib.Path(sys.argv[1])).acquire().publish('http://127.0.0.1:1'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert (tmp_path / "warehouse.lock").read_text() != ""
    assert running_at(tmp_path) is None


def test_a_port_that_is_taken_is_a_clear_error_and_frees_the_directory(tmp_path, embedded):
    port = urlsplit(embedded.url).port
    code = (
        "import pathlib, sys; from datacontract_runner.embedded.server import EmbeddedWarehouse\n"
        "from datacontract_api.errors import WarehouseUnreachable\n"
        f"try: EmbeddedWarehouse(pathlib.Path(sys.argv[1]), port={port})\n"
        "except WarehouseUnreachable as error: print(error)\n"
        "print(EmbeddedWarehouse(pathlib.Path(sys.argv[1])).url)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, capture_output=True, text=True)
    message, url = done.stdout.splitlines()
    assert f"127.0.0.1:{port}" in message
    assert url.startswith("http://127.0.0.1:")
    assert WarehouseUnreachable.retriable


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\nTransfer-Encoding: chunked\r\n\r\nSELECT 1",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\nContent-Length: 9\r\n\r\nSELECT 1",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +8\r\n\r\nSELECT 1",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\nSELECT 1",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nSELECT 1\r\n0\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /?query=SELECT+1 HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"GET /?query=SELECT+1 HTTP/1.1\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"GET /?query=" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n",
    ],
)
def test_a_request_whose_end_is_not_certain_or_too_large_is_refused_and_the_connection_closed(embedded, request_bytes):
    answer = talk(embedded.url, request_bytes + b"GET /?query=SELECT+'smuggled' HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b"200" not in answer.split(b"\r\n")[0]
    assert b"smuggled" not in answer


def test_a_body_that_breaks_off_inserts_nothing_that_was_not_sent(client, embedded, db):
    client.do(f"CREATE TABLE {db}.t (a UInt32) ENGINE = MergeTree ORDER BY a")
    head = f"POST /?query=INSERT+INTO+{db}.t+FORMAT+CSV HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"
    assert talk(embedded.url, head.encode() + b"1\n2\n3\n") == b""
    assert client.rows(f"SELECT count() FROM {db}.t") == [[0]]
    assert client.ask("SELECT 1").text == "1"


def test_many_clients_at_once_each_get_their_own_answer(client):
    wrong = []

    def ask(number):
        for turn in range(20):
            wanted = str(number * 1000 + turn)
            if client.ask(f"SELECT {wanted}").text != wanted:
                wrong.append(wanted)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_restart_for_access_waits_for_running_statements_and_breaks_none(client, db):
    """Readers run while grants change; every answer is whole."""
    answers = []
    stopped = threading.Event()

    def read():
        while not stopped.is_set():
            answers.append(client.ask("SELECT sum(number) FROM numbers(3000000)").text)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(5):
        client.do(f"CREATE ROLE {db}r{number}", "SELECT 1")
    stopped.set()
    for reader in readers:
        reader.join()
    assert set(answers) == {str(sum(range(3_000_000)))}


def test_one_statement_cannot_take_all_the_memory(client):
    sql = "SELECT count() FROM (SELECT groupArray(toString(number)) FROM numbers(100000000)) SETTINGS max_memory_usage = 100000000"
    assert client.ask(sql).code == 241
    assert int(client.rows("SELECT value FROM system.server_settings WHERE name = 'max_server_memory_usage'")[0][0]) > 0
    assert client.rows("SELECT getSetting('max_memory_usage') > 0") == [[True]]


def test_anything_but_loopback_needs_a_password(tmp_path):
    code = """
import pathlib, sys, urllib.request
from datacontract_api.errors import Unsupported
from datacontract_runner.embedded.server import EmbeddedWarehouse
data = pathlib.Path(sys.argv[1])
try:
    EmbeddedWarehouse(data, host="0.0.0.0")
except Unsupported as error:
    print(error)
with EmbeddedWarehouse(data) as warehouse:
    urllib.request.urlopen(warehouse.url, b"ALTER USER default IDENTIFIED BY 'pw'")
with EmbeddedWarehouse(data, host="0.0.0.0") as warehouse:
    print(urllib.request.urlopen(f"http://127.0.0.1:{warehouse.url.rsplit(':', 1)[1]}/?user=default&password=pw&query=SELECT+42").read())
"""
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, capture_output=True, text=True)
    assert "password" in done.stdout
    assert "42" in done.stdout


def test_serves_https_with_a_certificate(tmp_path):
    certificate = tmp_path / "both.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", certificate, "-out", tmp_path / "cert.pem",
         "-days", "1", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    certificate.write_text(certificate.read_text() + (tmp_path / "cert.pem").read_text())
    code = (
        "import pathlib, sys; from datacontract_runner.embedded.server import serve\n"
        "serve(pathlib.Path(sys.argv[1]), port=0, certificate=pathlib.Path(sys.argv[2]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "data"), str(certificate)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        url = next(word for word in process.stdout.readline().split() if word.startswith("https://"))
        trusted = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
        connection = http.client.HTTPSConnection(urlsplit(url).netloc, context=trusted, timeout=30)
        connection.request("POST", "/", "SELECT 'secure'")
        assert connection.getresponse().read() == b"secure\n"
    finally:
        process.terminate()
        process.wait(timeout=30)


def test_the_query_page_needs_nothing_from_other_hosts(client):
    answer = client.send(path="/play")
    assert answer.headers["content-type"].startswith("text/html")
    assert b"http://" not in answer.body
    assert b"https://" not in answer.body
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_an_unknown_address_is_not_found(client):
    assert client.send(path="/nowhere").status == 404


def test_sessions_keep_their_state_are_locked_and_expire(client, db, in_background, eventually):
    session = client.within(session_id=f"{db}s", session_timeout="1")
    session.do("SET max_threads = 3", f"USE {db}", "CREATE TEMPORARY TABLE tmp (a UInt8)", "INSERT INTO tmp VALUES (7)")
    assert session.rows("SELECT getSetting('max_threads'), currentDatabase(), a FROM tmp") == [[3, db, 7]]
    assert session.rows("SELECT getSetting('max_threads')", max_threads="5") == [[5]]
    assert session.rows("SELECT getSetting('max_threads')") == [[3]]
    slow = in_background(lambda: session.ask("SELECT sleep(1)", query_id=f"{db}slow"))
    eventually(lambda: client.rows(f"KILL QUERY WHERE query_id = '{db}slow' TEST") != [])
    assert session.ask("SELECT 1").code == 373
    slow.result()
    time.sleep(2.1)  # the timeout, and the half second between two looks
    assert session.ask("SELECT 1", session_check="1").code == 372


def test_a_session_can_be_closed_by_its_last_request(client, db):
    session = client.within(session_id=f"{db}s")
    session.do("SET max_threads = 3")
    assert session.rows("SELECT getSetting('max_threads')", close_session="1") == [[3]]
    assert session.ask("SELECT 1", session_check="1").code == 372


def test_a_session_that_must_exist_and_does_not_is_an_error(client):
    assert client.ask("SELECT 1", session_id="never-seen", session_check="1").code == 372


def test_sessions_survive_changes_of_grants(client, db):
    client.do(f"CREATE USER {db}u", f"GRANT CREATE TEMPORARY TABLE ON *.* TO {db}u", f"GRANT SELECT ON {db}.* TO {db}u")
    session = client.as_user(f"{db}u").within(session_id=f"{db}s")
    session.do(
        "SET max_threads = 3",
        f"USE {db}",
        "CREATE TEMPORARY TABLE tmp (a UInt8, b String)",
        "INSERT INTO tmp VALUES (7, 'x')",
    )
    for number in range(2):
        client.do(f"CREATE ROLE {db}r{number}", "SELECT 1")
        assert session.rows("SELECT getSetting('max_threads'), currentDatabase(), * FROM tmp") == [[3, db, 7, "x"]]
        assert session.ask(f"CREATE TABLE {db}.t (a UInt8) ENGINE = Memory").code == 497


def test_tables_in_memory_survive_changes_of_grants_with_rows_that_are_hidden(client, db):
    client.do(
        f"CREATE TABLE {db}.m (a UInt32, s String, n Nullable(Int8)) ENGINE = Memory",
        f"INSERT INTO {db}.m SELECT number, toString(number), NULL FROM numbers(1000)",
        f"CREATE ROW POLICY p ON {db}.m USING a < 10 TO ALL",
    )
    assert client.rows(f"SELECT count() FROM {db}.m") == [[10]]
    client.do(f"CREATE ROLE {db}r", f"DROP ROW POLICY p ON {db}.m")
    assert client.rows(f"SELECT count(), sum(a), min(s), count(n) FROM {db}.m") == [[1000, sum(range(1000)), "0", 0]]


def test_the_administrator_can_lose_rights_without_the_warehouse_losing_them(tmp_path):
    code = """
import pathlib, sys, urllib.request
from datacontract_runner.embedded.server import EmbeddedWarehouse
with EmbeddedWarehouse(pathlib.Path(sys.argv[1])) as warehouse:
    for sql in ("REVOKE DROP DATABASE ON *.* FROM default", "CREATE ROLE r", "CREATE DATABASE d", "GRANT SELECT ON d.* TO r", "SHOW GRANTS FOR r"):
        print(urllib.request.urlopen(warehouse.url, sql.encode()).read().decode())
    try:
        urllib.request.urlopen(warehouse.url, b"DROP DATABASE d")
    except urllib.error.HTTPError as error:
        print(error.read().decode())
"""
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, capture_output=True, text=True)
    assert "GRANT SELECT ON d.* TO r" in done.stdout
    assert "Code: 497" in done.stdout


def test_a_restart_forgets_the_settings_of_the_last_request_and_keeps_those_of_the_session(client, db):
    changed, unchanged = client.within(session_id=f"{db}a"), client.within(session_id=f"{db}b")
    changed.do("SET max_threads = 3")
    plain = client.rows("SELECT getSetting('max_threads'), getSetting('max_block_size')")[0]
    for session in (changed, unchanged):
        session.do("SELECT 1", max_threads="7", max_block_size="77")
    client.do(f"CREATE ROLE {db}r", "SELECT 1")
    sql = "SELECT getSetting('max_threads'), getSetting('max_block_size')"
    assert changed.rows(sql) == [[3, plain[1]]]
    assert unchanged.rows(sql) == [plain]


def test_users_do_not_share_sessions(client, db):
    client.do(f"CREATE USER {db}u")
    client.within(session_id=f"{db}s").do("SET max_threads = 3")
    assert client.as_user(f"{db}u").rows("SELECT getSetting('max_threads') = 3", session_id=f"{db}s") == [[False]]
