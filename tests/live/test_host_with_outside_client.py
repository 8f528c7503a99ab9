"""`pos-harness host` as a process, driven by a terminal that shares no code with it."""

import json

import pytest
import yaml

from tests.live.outside_client import Client
from tests.live.program import ROOT, TMK, addresses, done, ended, endpoint, key_file, started

pytestmark = pytest.mark.live
CARDS = {
    card["token"]: card | {"track2": f"{card['pan']}D{card.get('expiry', '4912')}22000000"}
    for card in yaml.safe_load((ROOT / "fixtures/cards.yaml").read_text("utf-8"))
}
ONE, TWO = CARDS["card-1"], CARDS["card-2"]


@pytest.fixture
def host(tmp_path):
    """Our host alone, and the file in which it keeps its history."""
    history = tmp_path / "history.jsonl"
    words = ("host", "--listen", "127.0.0.1:0", "--tmk-file", key_file(tmp_path))
    with started(*words, "--history", history, "--json") as process:
        process.history = history
        process.address = endpoint(addresses(process)["host"])
        yield process


@pytest.fixture
def client(host):
    client = Client(host.address, bytes.fromhex(TMK))
    yield client
    client.hang_up()


@pytest.fixture
def signed_in(client):
    client.sign_in()
    return client


def found(host, *words):
    """Return the postings that the books of the host have, as the command line says them."""
    code, output, errors = done("ledger", "find", host.history, *words, "--json")
    assert code == 0, errors
    return [(one["name"], one["amount_minor"]) for one in json.loads(output)["postings"]]


def test_keys_of_the_sign_in_open_with_another_library(client):
    answer = client.sign_in()
    assert (answer["39"], answer["60"]) == ("00", "00000001003")
    assert (len(client.pik), len(client.mak)) == (16, 8)


def test_sale_before_the_sign_in_is_refused(client):
    _, answer = client.sale(1234, ONE, mak=bytes(8))
    assert answer["39"] == "77"


def test_sale_with_pin_is_approved(signed_in):
    request, answer = signed_in.sale(1234, ONE, pin=ONE["pin"])
    assert (answer["t"], answer["39"], answer["4"]) == ("0210", "00", "000000001234")
    assert answer["11"] == request["11"]
    assert len(answer["37"].strip()) == 12


def test_wrong_pin_is_declined_and_nothing_posted(host, signed_in):
    assert signed_in.sale(1234, ONE, pin="000000")[1]["39"] == "55"
    assert found(host, "--card", "card-1") == [("decline", 1234)]


def test_lost_answer_is_reversed_once_however_often_it_is_asked_for(host, signed_in):
    lost, answer = signed_in.sale(1234, ONE, pin=ONE["pin"], hears=False)
    assert answer is None
    assert [signed_in.reverse(lost)[1]["39"] for _ in range(3)] == ["00", "00", "00"]
    assert found(host, "--card", "card-1") == [("sale", 1234), ("reversal", 1234)]


def test_reversal_of_what_never_came_is_answered_25(signed_in):
    request, _ = signed_in.sale(500, TWO, pin=TWO["pin"])
    assert signed_in.reverse(request | {"11": "000777"})[1]["39"] == "25"


def test_wrong_mac_is_refused_and_posts_nothing(host, signed_in):
    key = bytes.fromhex("0123456789ABCDEF")
    assert signed_in.sale(1234, ONE, pin=ONE["pin"], mak=key)[1]["39"] == "A0"
    assert found(host) == []


def test_history_of_a_sound_client_passes_and_tells_of_each_posting(host, signed_in):
    signed_in.sale(1234, ONE, pin=ONE["pin"])
    lost, _ = signed_in.sale(700, TWO, pin=TWO["pin"], hears=False)
    signed_in.reverse(lost)
    signed_in.sale(99_999_999, CARDS["card-3"])
    assert ended(host) == (0, "", "")
    assert found(host, "--card", "card-2") == [("sale", 700), ("reversal", 700)]
    code, output, errors = done("check", host.history, "--json")
    verdict = json.loads(output)
    assert (code, errors, verdict["findings"]) == (0, "", [])
    assert {"M1", "M4", "M6", "R5", "R6", "R7", "W3", "K1", "K3"} <= verdict["rules"].keys()


def test_history_of_a_client_that_forgets_its_reversal_is_no_pass(host, signed_in):
    signed_in.sale(700, TWO, pin=TWO["pin"], hears=False)
    signed_in.sale(1234, ONE, pin=ONE["pin"])
    ended(host)
    code, output, _ = done("check", host.history, "--json")
    assert (code, json.loads(output)["verdict"]) != (0, "PASS")


def test_history_that_is_there_already_is_not_replaced(tmp_path):
    kept = tmp_path / "kept"
    kept.write_text("evidence")
    words = ("host", "--listen", "127.0.0.1:0", "--tmk-file", key_file(tmp_path))
    code, output, errors = done(*words, "--history", kept)
    assert (code, output, errors.count("\n")) == (2, "", 1)
    assert "name another file" in errors
    assert kept.read_text() == "evidence"
