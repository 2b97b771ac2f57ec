"""Model files: read from disk, refused with the place of what is wrong, whatever they hold."""

import time
import tracemalloc

import pytest

import rdgames as rd
from rdgames.errors import InputError, ModelError, OutputError, UnknownNameError
from rdgames.modelfile.catalogue import models, path_of
from rdgames.modelfile.files import MAX_BYTES, game_from_text
from rdgames.modelfile.locating import line_of, lines_of

COURNOT = """
name = "cournot"
summary = '''
Any number of firms
sell one good.
'''

[parameters]
a = "a > 0"
n = { domain = "n >= 1", integer = true }

[groups]
firms = "n"

[stages.market]
actions.q = "firms"

[payoffs]
firms = "(a - sum(q[j] for j in firms))*q[i]"
"""


def read(tmp_path, content):
    path = tmp_path / "game.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return rd.read_game(path)


def only_mistake(caught):
    [mistake] = caught.value.mistakes
    return mistake


def test_a_file_is_a_game(tmp_path):
    assert read(tmp_path, COURNOT) == game_from_text(COURNOT)


@pytest.mark.parametrize(
    "change", [lambda text: "\ufeff" + text, lambda text: text.replace("\n", "\r\n")], ids=["BOM", "CRLF"]
)
def test_files_of_other_systems_are_read(tmp_path, change):
    assert read(tmp_path, change(COURNOT)).name == "cournot"


def test_a_mistake_behind_other_line_ends_is_located(tmp_path):
    text = COURNOT.replace("q[j] for", "z[j] for").replace("\n", "\r\n")
    with pytest.raises(ModelError) as caught:
        read(tmp_path, text)
    assert only_mistake(caught).line == 19
    assert str(tmp_path / "game.toml") in str(caught.value)


@pytest.mark.parametrize(
    ("content", "line", "problem"),
    [
        ("", None, "found nothing"),
        ("name = \n", 1, "this is no TOML: Invalid value"),
        ("name = 'x'\n[parameters\na = 1", 2, "this is no TOML"),
        ("a = 1\na = 2", 2, "this is no TOML: Cannot overwrite a value"),
        ("a = '''\nnever closed", 2, "this is no TOML: .*end of document"),
        (b"name = 'x'\ntitle = '\xff'", 2, "bytes that are no UTF-8"),
        (b"\x80\x81PK", 1, "bytes that are no UTF-8"),
        (b"\x00\x00\x00\x00", 1, "this is no TOML"),
        ("x" * (MAX_BYTES + 1), None, "more than 1000000 bytes"),
        ("x = " + "1" * 5000, None, "this is no TOML: Exceeds the limit"),
        ("x = " + "[" * 100_000, None, "too deeply nested"),
        ("x = " + "{a=" * 50_000, None, "too deeply nested"),
        ("ok = 1\n" + "a." * 100_000 + "a = 1", 2, "100000 dots, expected at most 100"),
    ],
)
def test_a_file_that_is_no_game_says_where(tmp_path, content, line, problem):
    started = time.process_time()
    with pytest.raises(ModelError, match=problem) as caught:
        read(tmp_path, content)
    assert caught.value.mistakes[0].line == line
    assert time.process_time() - started < 2


def test_a_missing_file(tmp_path):
    with pytest.raises(InputError, match=r"cannot read .*nowhere.toml: No such file"):
        rd.read_game(tmp_path / "nowhere.toml")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(InputError, match=r"cannot read .*: Is a directory"):
        rd.read_game(tmp_path)


def test_loading_by_name_and_by_path(tmp_path):
    assert rd.load("daspremont-jacquemin") is rd.load("daspremont-jacquemin")
    assert rd.load(str(path_of("daspremont-jacquemin"))) == rd.load("daspremont-jacquemin")
    (tmp_path / "own.toml").write_text(COURNOT)
    assert rd.load(tmp_path / "own.toml").name == "cournot"


def test_an_unknown_model_is_met_with_a_known_one():
    with pytest.raises(UnknownNameError, match=r"no model 'daspremont-jacqmin' \(did you mean 'daspremont-jacquemin'"):
        rd.load("daspremont-jacqmin")


@pytest.mark.parametrize("model", models())
def test_packaged_models_bear_the_names_of_their_files(model):
    assert rd.load(model).name == model


def test_a_game_is_written_whole_or_not_at_all(tmp_path):
    target = tmp_path / "own.toml"
    target.write_text("old")
    rd.write_game(game_from_text(COURNOT), target)
    assert rd.read_game(target).name == "cournot"
    with pytest.raises(OutputError):
        rd.write_game(game_from_text(COURNOT), tmp_path / "no folder" / "own.toml")
    assert [path.name for path in tmp_path.iterdir()] == ["own.toml"]


# -- lines


def test_the_line_of_every_key_of_every_packaged_model():
    import tomllib

    def keys(document, place=()):
        for name, value in document.items() if isinstance(document, dict) else enumerate(document):
            yield (*place, str(name))
            if isinstance(value, dict | list):
                yield from keys(value, (*place, str(name)))

    for path in models().values():
        text = path.read_text(encoding="utf-8")
        lines, source = lines_of(text), text.splitlines()
        assert set(lines) == set(keys(tomllib.loads(text)))
        for key, line in lines.items():
            if not key[-1].isdigit():
                assert key[-1] in source[line - 1]


def test_lines_of_all_that_toml_can_say():
    text = """# a comment, then a blank line

plain = 1
dotted.key.deep = 2
"quoted key" = [
  1,  # ] is no end
  { inner = 2 },
]
prose = '''
[no.header]
plain = 3
'''
[table . 'with spaces']
inline = { one = 1, two = { three = 3 } }
[[list]]
entry = 1
[list.under]
entry = 2
[[list]]
entry = 3
"""
    assert lines_of(text) == {
        ("plain",): 3,
        ("dotted",): 4,
        ("dotted", "key"): 4,
        ("dotted", "key", "deep"): 4,
        ("quoted key",): 5,
        ("quoted key", "0"): 5,
        ("quoted key", "1"): 5,
        ("quoted key", "1", "inner"): 5,
        ("prose",): 9,
        ("table",): 13,
        ("table", "with spaces"): 13,
        ("table", "with spaces", "inline"): 14,
        ("table", "with spaces", "inline", "one"): 14,
        ("table", "with spaces", "inline", "two"): 14,
        ("table", "with spaces", "inline", "two", "three"): 14,
        ("list",): 15,
        ("list", "0"): 15,
        ("list", "0", "entry"): 16,
        ("list", "0", "under"): 17,
        ("list", "0", "under", "entry"): 18,
        ("list", "1"): 19,
        ("list", "1", "entry"): 20,
    }


def test_a_key_that_is_missing_stands_where_the_table_does():
    assert line_of("a = 1\n[b]\nc = 2\n", ["b", "d", "e"]) == 2
    assert line_of("a = 1\n", ["x"]) is None
    assert line_of("a = 1\n", []) is None


# -- hostile files cost no more time and memory than others

START = """
name = 'hostile'
[parameters]
a = 'a > 0'
[groups]
f = 2
[stages.s]
actions = { q = 'f' }
[payoffs]
f = 'a*q[i] - q[i]**2'
"""
HOSTILE = {
    "many parameters": START.replace("a = 'a > 0'", "a = 'a > 0'\n" + "".join(f"p{k} = 'x'\n" for k in range(20_000))),
    "many keys": START + "".join(f"k{k} = 1\n" for k in range(20_000)),
    "many tables": START + "".join(f"[t{k}]\n" for k in range(20_000)),
    "many definitions": START + "[definitions]\nd0 = 'a'\n" + "".join(f"d{k} = 'd{k - 1}'\n" for k in range(1, 20_000)),
    "deep definitions": START
    + "[definitions]\nd0 = 'a'\n"
    + "".join(f"d{k} = '{'-' * 190}d{k - 1}'\n" for k in range(1, 150)),
    "definitions of players backwards": START
    + "[definitions]\n"
    + "".join(f"d{k} = 'd{k + 1}[i] + {'+'.join(['a'] * 50)}'\n" for k in range(150))
    + "d150 = 'q[i]'\n",
    "a circle of definitions": START
    + "[definitions]\n"
    + "".join(f"d{k} = 'd{(k + 1) % 150} + d{(k + 7) % 150}'\n" for k in range(150)),
    "towers of powers": START + "[definitions]\nd0 = 'a'\n" + "".join(f"d{k} = 'd{k - 1}**16'\n" for k in range(1, 40)),
    "towers of numbers": START
    + "[definitions]\nd0 = '9'\n"
    + "".join(f"d{k} = 'd{k - 1}**16'\n" for k in range(1, 40)),
    "towers of actions": START
    + "[definitions]\nd0 = 'q[i]'\n"
    + "".join(f"d{k} = 'd{k - 1}[i]**16'\n" for k in range(1, 40)),
    "products that double": START
    + "[definitions]\nd0 = 'a'\n"
    + "".join(f"d{k} = 'd{k - 1}*d{k - 1}'\n" for k in range(1, 150)),
    "many undefined names": START
    + "[definitions]\n"
    + "".join(f"d{k} = '{'+'.join(f'u{k}_{m}' for m in range(150))}'\n" for k in range(150)),
    "long prose": "titel = 1\nsummary = '''\n" + "x\n" * 200_000 + "'''\n",
    "long prose full of brackets": "titel = 1\nsummary = '''\n" + "]\n" * 200_000 + "'''\n",
    "a long list": "titel = 1\nassumptions = [\n" + "[],\n" * 20_000 + "]\n",
    "many assumptions": START.replace("[parameters]", "assumptions = [" + "'a > 0'," * 50_000 + "]\n[parameters]"),
    "a long regime": START + "[regimes]\nr = 'a" + " " * 900_000 + "b'\n",
    "a long name": START + "[definitions]\n" + "d" * 500_000 + " = 'x'\n",
    "a long formula": START + "[definitions]\nd = '" + "-" * 900_000 + "a'\n",
    "many dots": START + ".\n" * 200_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_refused_in_no_time(text):
    started = time.process_time()
    with pytest.raises(ModelError) as caught:
        rd.solve(game_from_text(text))
    assert time.process_time() - started < 8
    assert len(caught.value.mistakes) <= 101


@pytest.mark.parametrize(
    "name", ["many definitions", "towers of numbers", "long prose full of brackets", "a long formula"]
)
def test_hostile_files_take_no_memory(name):
    tracemalloc.start()
    try:
        with pytest.raises(ModelError):
            game_from_text(HOSTILE[name])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100_000_000
