"""Rows come out of every form of file with their place, and every fault is named with its own."""

import gzip
import json
import os
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from pipelines.errors import DataError
from pipelines.files.opening import MAX_LINE
from pipelines.files.reading import (
    describe_columns,
    form_of,
    read_lines,
    read_rows,
    sha256_of,
    while_unchanged,
)

ROWS = [{"story": "Tom left – early.", "theme": "work"}, {"story": "Ann said:\nno.", "theme": ""}]


@pytest.fixture
def write(tmp_path):
    """A function that writes a file and returns its path."""

    def written(name, content):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written


def fault(path):
    with pytest.raises(DataError) as caught:
        list(read_rows(path))
    return str(caught.value)


def as_parquet(tmp_path):
    parquet.write_table(pa.Table.from_pylist(ROWS), tmp_path / "rows")
    return (tmp_path / "rows").read_bytes()


CSV = 'story,theme\nTom left – early.,work\n"Ann said:\nno.",\n'
FORMS = {
    "array.json": (json.dumps(ROWS), [1, 2]),
    "pretty.json": (json.dumps(ROWS, indent=2), [1, 2]),
    "object.json": (json.dumps({"note": {"a": [1]}, "data": ROWS}, indent=1), [1, 2]),
    "one_line_object.json": (json.dumps({"version": 1, "data": ROWS}), [1, 2]),
    "rows.jsonl": ("\n".join(map(json.dumps, ROWS)), [1, 2]),
    "lines_called.json": ("\n\n".join(map(json.dumps, ROWS)) + "\n", [1, 3]),
    "array_called.jsonl": (json.dumps(ROWS), [1, 2]),
    "rows.csv": (CSV, [2, 3]),
    "crlf.csv": (CSV.replace("\n", "\r\n"), [2, 3]),
    "rows.tsv": (CSV.replace(",", "\t"), [2, 3]),
    "semicolon.csv": (CSV.replace(",", ";"), [2, 3]),
    "no_ending": (CSV, [2, 3]),
}


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("packed", [False, True])
def test_rows_and_places_come_out_of_every_form(write, name, packed):
    content, places = FORMS[name]
    path = write(
        name + ".gz" * packed, gzip.compress(content.encode()) if packed else content.encode()
    )
    found = list(read_rows(path))
    expected = [
        {key: text.replace("\n", "\r\n") if "crlf" in name else text for key, text in row.items()}
        for row in ROWS
    ]
    assert [row for _, row in found] == expected
    assert [place for place, _ in found] == places


@pytest.mark.parametrize("packed", [False, True])
def test_parquet_is_known_by_its_content(write, tmp_path, packed):
    content = as_parquet(tmp_path)
    path = write("table.bin", gzip.compress(content) if packed else content)
    assert form_of(path) == "parquet"
    assert list(read_rows(path)) == list(enumerate(ROWS, start=1))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("name", ["rows.csv", "array.json", "rows.jsonl"])
def test_utf_encodings_with_a_mark_are_read(write, name, encoding):
    path = write(name, FORMS[name][0].encode(encoding))
    assert [row for _, row in read_rows(path)] == ROWS


def test_an_older_encoding_is_read_where_it_is_clear(write):
    text = "story\n" + "Tom’s mother said “no” – and Tom’s friend left.\n" * 20
    rows = [row for _, row in read_rows(write("old.csv", text.encode("cp1252")))]
    assert rows[0] == {"story": "Tom’s mother said “no” – and Tom’s friend left."}
    russian = "story\n" + "Он пошёл домой и сказал матери правду.\n" * 20
    rows = [row for _, row in read_rows(write("old.csv", russian.encode("cp1251")))]
    assert rows[19] == {"story": "Он пошёл домой и сказал матери правду."}


def test_an_encoding_that_stays_unclear_is_refused(write):
    assert fault(write("odd.csv", b"story\nTom \xe9\xa1 left\n")) == (
        "odd.csv: its text is not UTF-8, and which encoding it is in is not clear. "
        "Save the file as UTF-8."
    )


def test_a_row_of_preference_messages_in_a_json_file_is_a_row(write):
    row = {"prompt": [{"role": "user"}], "chosen": [{"role": "a"}], "rejected": [{"role": "b"}]}
    assert list(read_rows(write("trl.json", json.dumps(row)))) == [(1, row)]


def test_fields_of_a_table_stay_text(write):
    path = write("numbers.csv", "id,story,\n007,=1+1,x\n")
    assert list(read_rows(path)) == [(2, {"id": "007", "story": "=1+1"})]


def test_prose_does_not_decide_the_separator(write):
    text = "story\tname\nTom left; he ran, he hid; he slept\tTom\nAnn, too\tAnn\n"
    assert [row["name"] for _, row in read_rows(write("prose.csv", text))] == ["Tom", "Ann"]


def test_a_table_of_one_column_may_hold_every_separator(write):
    text = 'story\nTom left; he ran, he hid\n"Ann said ""no"",\nand left"\n'
    assert list(read_rows(write("one.csv", text))) == [
        (2, {"story": "Tom left; he ran, he hid"}),
        (3, {"story": 'Ann said "no",\nand left'}),
    ]


def test_broken_json_is_named_with_its_line(write):
    lines = [json.dumps({"id": number}) for number in range(1, 10)]
    lines[6] = '{"id": 7,'
    assert fault(write("a.jsonl", "\n".join(lines))).startswith("a.jsonl:7: not JSON (")
    array = "[\n" + ",\n".join(lines) + "]"
    assert fault(write("a.json", array)).startswith("a.json:8: not JSON (")
    assert "premature EOF" in fault(write("cut.json", '[{"id": 1},\n{"id'))


BAD = {
    "list.jsonl": ("[1]", "list.jsonl:1: a number among the rows. What is needed is an array of"),
    "scalar.jsonl": ('{"a": 1}\n3', "scalar.jsonl:2: JSON, but no object (3)."),
    "number.jsonl": ('{"a": ' + "9" * 5000 + "}", "number.jsonl:1: not JSON that can be read"),
    "deep.jsonl": ('{"a":' + "[" * 100_000, "deep.jsonl:1: not JSON that can be read (too many"),
    "deep.json": ("[" + '{"a":' * 100_000, "deep.json:1: more than 64 levels of brackets."),
    "flat.json": ('["a", "b"]', "flat.json:1: a text among the rows."),
    "inner.json": ("[[1]]", "inner.json:1: an array among the rows."),
    "two.json": ('{"a": [{"x": 1}],\n"b": [{"x": 2}]}', "two.json:2: a second array."),
    "none.json": ("[]", "none.json: the JSON holds no rows."),
    "nothing.json": ('{"a": 1,\n "b": 2}', "nothing.json: the JSON holds no rows."),
    "prose.json": ("Once upon a time", "prose.json:1: not JSON (lexical error"),
    "trailing.json": ("[]\n[]", "trailing.json:2: not JSON ("),
    "blank.csv": ("\n \n", "blank.csv: the file holds nothing."),
    "empty.csv": ("", "empty.csv: the file is empty."),
    "header.csv": ("a,b\n", "header.csv: a header and no rows below it (a, b)."),
    "twice.csv": ("a,b,a\n1,2,3\n", "twice.csv:1: column names are twice: a."),
    "ragged.csv": ("a,b\n1,2\n\n1,2,3\n", "ragged.csv:4: 3 fields where the header has 2."),
    "ragged.tsv": ("a\tb\tc\n1\t2\t3\n1\t2\n", "ragged.tsv:3: 2 fields where the header has 3."),
    "commas.csv": (",,\n,,\n", "commas.csv:1: column names are missing."),
    "open.csv": ('a,b\n1,"2\n3,4\n', "open.csv:2: not a row of a table (unexpected end of data)."),
    "field.csv": ("a,b\n1," + "x" * 140_000, "field.csv:2: not a row of a table (field larger"),
    "nul.jsonl": (b'{"a": 1}\n' * 150_000 + b"\0", "nul.jsonl:150001: the line holds NUL bytes"),
    "nul.csv": (b"a,b\n1,\0", "nul.csv: a binary file (it holds NUL bytes)."),
    "late.jsonl": (
        b'{"a": 1}\n' * 150_000 + b'{"a": "\xff"}\n{}',
        "late.jsonl:150001: bytes at or after this line are not UTF-8, as the file began.",
    ),
    "odd16.jsonl": (
        "{}\n".encode("utf-16") + b"\x00\xd8x\x00\n\x00",
        "odd16.jsonl:1: bytes at or after this line are not UTF-16",
    ),
    "book.xlsx": (b"PK\x03\x04...", "book.xlsx: this is a zip archive or a spreadsheet."),
    "twice.gz": (gzip.compress(gzip.compress(b"[]")), "twice.gz: this is packed twice."),
    "cut.jsonl.gz": (
        gzip.compress(os.urandom(5000).hex().encode())[:-2000],
        "cut.jsonl.gz: the packed data are cut off or damaged (",
    ),
    "bad.parquet": (b"PAR1" + b"x" * 50, "bad.parquet: not Parquet that can be read ("),
    "long.jsonl": (b"x" * (MAX_LINE + 1), "long.jsonl:1: the line has more than 16,000,000"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(write, name):
    content, beginning = BAD[name]
    message = fault(write(name, content))
    assert message.startswith(beginning)
    assert message.endswith(".")
    assert message.count(". ") >= 1  # what is wrong, then what to do
    assert len(message) < 400


def test_one_object_may_not_fill_the_memory(write):
    path = write("long.json", b'[{"a": 1},\n{"a": "' + b"x" * MAX_LINE + b'"}]')
    assert fault(path).startswith("long.json:2: an object has more than 16,000,000 characters.")


def test_a_small_file_that_unpacks_to_far_more_is_refused(write):
    path = write("bomb.csv.gz", gzip.compress((b" " * 1023 + b"\n") * (80 << 10)))
    message = fault(path)
    assert message.startswith("bomb.csv.gz: ")
    assert "unpack to more than" in message


def test_what_is_no_file_is_refused(tmp_path):
    assert fault(tmp_path).endswith("a folder, not a file. Name one file in it.")
    assert "there is no such file" in fault(tmp_path / "missing.csv")
    assert "there is no such file" in fault(tmp_path / "a\0b")
    assert "cannot be read (File name too long)" in fault(tmp_path / ("a" * 300))


def test_a_pipe_and_a_device_are_told_from_a_file_that_is_not_there(tmp_path):
    os.mkfifo(tmp_path / "rows.csv")
    assert "a device or a pipe, not a file" in fault(tmp_path / "rows.csv")
    assert "a device or a pipe, not a file" in fault(Path(os.devnull))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (pa.timestamp("us"), 2**62),
        (pa.date32(), 2**31 - 1),
        (pa.timestamp("us", "No/Where"), 0),
    ],
)
def test_a_parquet_value_that_python_has_not_is_refused(tmp_path, kind, value):
    path = tmp_path / "dates.parquet"
    parquet.write_table(pa.table({"story": ["Tom left."], "day": pa.array([value], kind)}), path)
    assert "row 1 or one soon after it holds a value that cannot be read" in fault(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_refused(write):
    path = write("secret.csv", "a\n1\n")
    path.chmod(0)
    assert "cannot be read (Permission denied)" in fault(path)


def test_a_parquet_column_that_is_there_twice_is_refused(tmp_path):
    table = pa.Table.from_arrays([pa.array(["x"]), pa.array(["y"])], names=["a", "a"])
    parquet.write_table(table, tmp_path / "twice.parquet")
    assert "the column 'a' is there twice" in fault(tmp_path / "twice.parquet")


def test_lines_come_with_their_numbers(write):
    path = write("text.txt", "one\r\n\n two ")
    assert list(read_lines(path)) == [(1, "one"), (2, ""), (3, " two ")]


def test_the_hash_is_of_the_bytes(write):
    assert sha256_of(write("a", "abc")).startswith("ba7816bf8f01cfea")


def test_columns_are_named_up_to_twenty():
    assert describe_columns({"a": 1, "b": 2}) == "a, b"
    assert describe_columns(dict.fromkeys(map(str, range(22)))).endswith("18, 19 and 2 more")
    assert describe_columns({}) == "none"


def test_columns_can_be_stored_whatever_their_names_are():
    assert describe_columns({"a\ud800": 1, "b": 2}) == "a?, b"


def test_rows_of_a_file_that_is_not_the_one_it_was_are_refused(write):
    path = write("rows.jsonl", '{"story": "Tom left."}')
    assert len(list(while_unchanged(path, sha256_of(path), read_rows(path)))) == 1
    with pytest.raises(DataError, match="the file changed while it was read"):
        list(while_unchanged(path, "0" * 64, read_rows(path)))
