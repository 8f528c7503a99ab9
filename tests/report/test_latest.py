import pytest

from harness.errors import MisuseError
from harness.report.latest import point_latest


def no_links(_target, _link):
    raise OSError("not on this file system")


def test_latest_leads_to_the_run_reported_last(tmp_path):
    for name in ("run1", "run2"):
        (tmp_path / name).mkdir()
        assert point_latest(tmp_path, name) == tmp_path / "latest"
    assert (tmp_path / "latest").resolve() == tmp_path / "run2"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["latest", "run1", "run2"]


def test_the_link_survives_a_move_of_the_reports(tmp_path):
    (tmp_path / "old" / "run1").mkdir(parents=True)
    point_latest(tmp_path / "old", "run1")
    (tmp_path / "old").rename(tmp_path / "new")
    assert (tmp_path / "new" / "latest").resolve() == tmp_path / "new" / "run1"


def test_without_links_the_name_stands_in_a_file(tmp_path):
    assert point_latest(tmp_path, "run1", no_links) == tmp_path / "latest.txt"
    assert (tmp_path / "latest.txt").read_text() == "run1\n"


def test_a_folder_of_that_name_is_not_overwritten(tmp_path):
    (tmp_path / "latest").mkdir()
    with pytest.raises(MisuseError, match="cannot write .*latest"):
        point_latest(tmp_path, "run1")
    assert [path.name for path in tmp_path.iterdir()] == ["latest"]


def test_reports_that_are_not_there_are_misuse(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(MisuseError, match="cannot write"):
        point_latest(tmp_path / "file", "run1")
