import pytest

from harness.errors import MisuseError
from harness.report.file import write_bytes, write_text


def test_a_file_is_written_whole_with_its_folders(tmp_path):
    write_text(tmp_path / "a" / "b.txt", "行\n")
    assert (tmp_path / "a" / "b.txt").read_bytes() == "行\n".encode()


def test_everybody_may_read_what_is_written(tmp_path):
    write_bytes(tmp_path / "b", b"x")
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o644


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(MisuseError) as caught:
        write_text(tmp_path / "file" / "x.txt", "text")
    assert "cannot write" in str(caught.value)
    assert "another folder" in str(caught.value)


def test_nothing_is_left_of_a_file_that_could_not_get_its_name(tmp_path):
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "inside").write_text("")
    with pytest.raises(MisuseError):
        write_text(tmp_path / "taken", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
