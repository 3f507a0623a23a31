"""Secrets in hard surroundings."""

from __future__ import annotations

import json

import pytest

from agent_trace.privacy.masking import Masker
from tests.privacy import hostile
from tests.privacy.contexts import Text
from tests.privacy.everyday import EVERYDAY
from tests.privacy.expectations import RECORD, assert_kept, assert_masked, assert_record, assert_text
from tests.privacy.hostile import Hostile
from tests.privacy.shapes import Shape, block, carried, windows

PLAIN = (*hostile.PLACES, *hostile.NAMES, *hostile.SYNTAX, *EVERYDAY)


@pytest.fixture(scope="module")
def masker() -> Masker:
    return Masker()


def shape_of(row: Hostile) -> Shape:
    return carried(row.name, "file", row.template, row.secret)


@pytest.mark.parametrize("row", PLAIN, ids=lambda row: row.name)
def test_it_is_masked(masker: Masker, row: Hostile) -> None:
    shape = shape_of(row)
    assert_masked(masker, Text(*shape.body), windows(shape))


@pytest.mark.parametrize("row", hostile.JSON, ids=lambda row: row.name)
def test_it_is_masked_in_json_as_somebody_else_wrote_it(masker: Masker, row: Hostile) -> None:
    shape = shape_of(row)
    text = Text(*shape.body)
    leaks = windows(shape)
    assert_record(masker, text, leaks)
    assert_record(masker, text.as_value(RECORD), leaks)
    decoded = json.dumps(masker.value(json.loads(text.whole)))
    assert not {leak for leak in leaks | windows(plain(shape)) if leak in decoded}


def plain(shape: Shape) -> Shape:
    """The shape with its secret as it reads after decoding."""
    return shape._replace(secret=json.loads(f'"{shape.secret}"'))


ARMOUR = block("hostile key", "-----|BEGIN RSA |PRIVATE KEY-----", "-----|END RSA |PRIVATE KEY-----", 14)


def carried_key(before: str, between: str, after: str) -> Text:
    """The armoured key with something else between its lines."""
    return Text(before, ARMOUR.secret.replace("\n", between), after)


@pytest.mark.parametrize(
    "text",
    [
        carried_key("tls:\n  key: |\n    ", "\n    ", "\n  port: 443"),
        carried_key("PRIVATE_PEM='", "\\n", "'\nPORT=1"),
        carried_key("PRIVATE_PEM='", "\\\\n", "'\nPORT=1"),
        carried_key("cat key.pem\r\n", "\r\n", "\r\nC:\\>"),
        carried_key("@@ -0,0 +1,16 @@\n+", "\n+", "\n-end"),
        carried_key("     1→", "\n     7→", "\n"),
        carried_key("     1\t", "\n     7\t", "\n"),
        carried_key("> ", "\n> ", "\n\nThank you"),
        carried_key("key.pem:1:", "\nkey.pem:7:", "\ndone"),
        carried_key('key = """', " \n", '"""'),
        carried_key("the key ", " ", " on one line"),
        carried_key("", "\n", ""),
    ],
    ids="yaml|escaped|escaped twice|crlf|diff|reader|cat -n|mail|grep|trailing blanks|one line|alone".split("|"),
)
def test_an_armoured_key_is_masked_however_its_lines_are_set_apart(masker: Masker, text: Text) -> None:
    leaks = windows(ARMOUR)
    assert_text(masker, text, leaks)
    assert_record(masker, text.as_value(RECORD), leaks)


def test_a_key_of_a_robot_account_is_masked(masker: Masker) -> None:
    account = {"type": "service_account", "private_key": ARMOUR.secret + "\n", "client_email": "a@b.example"}
    found = masker.value(account)
    line = masker.line(json.dumps(account).encode()).decode()
    assert {key: found[key] for key in ("type", "client_email")} == {
        "type": "service_account",
        "client_email": "a@b.example",
    }
    assert [leak for leak in windows(ARMOUR) if leak in found["private_key"] + line] == []


def test_several_secrets_of_one_line_are_masked_and_told(masker: Masker) -> None:
    shapes = [shape_of(row) for row in (hostile.PLACES[0], hostile.PLACES[3], hostile.SYNTAX[0])]
    text = " and ".join(shape.secret for shape in shapes[:2]) + f' and password="{shapes[2].secret}" end'
    found = masker.text(text)
    assert_kept(found, Text("", text[:-4], " end"), set().union(*map(windows, shapes)))
    assert " and " in found
    assert len(masker.find(text)) == 3
    assert all("\n" not in text[mask.start : mask.end] for mask in masker.find(text))


def test_lines_of_a_log_are_masked_each(masker: Masker) -> None:
    shape = shape_of(hostile.PLACES[0])
    record = Text(*shape.body).as_value(RECORD).whole
    data = (record + "\n" + json.dumps({"type": "assistant"}) + "\n" + record + "\n").encode()
    found = masker.lines(data)
    assert [len(line) for line in found.split(b"\n")] == [len(line) for line in data.split(b"\n")]
    assert found.split(b"\n")[1] == data.split(b"\n")[1]
    assert [leak for leak in windows(shape) if leak.encode() in found] == []


def test_a_place_is_a_path_into_the_record(masker: Masker) -> None:
    text = Text(*shape_of(hostile.SYNTAX[0]).body)
    (place,) = masker.places(text.as_value(RECORD).whole.encode())
    assert place.where == "message.content[0].content"
    (place,) = masker.places(b"user=app " + text.whole.encode())
    assert place.where == ""


def test_names_of_rows_are_told_apart() -> None:
    names = [row.name for row in (*PLAIN, *hostile.JSON)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("row", [*hostile.PLACES, *hostile.NAMES, *hostile.SYNTAX[-7:]], ids=lambda row: row.name)
def test_findings_tell_characters(masker: Masker, row: Hostile) -> None:
    shape = shape_of(row)
    text = Text(*shape.body)
    for mask in masker.find(text.whole):
        assert len(text.before) <= mask.start < mask.end <= len(text.before) + len(text.inside)
        assert shape.secret in text.whole[mask.start : mask.end]
