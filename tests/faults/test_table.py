"""The table itself: as many rows as it must have, in every room, and as a page that is current."""

from collections import Counter

from tests.faults.table import PAGE, TABLE, page

ROOMS = {"network", "HTTP", "XML", "HTML", "Telegram", "database", "process", "clock"}


def test_the_table_has_at_least_sixty_faults_and_some_of_every_room():
    rooms = Counter(fault.room for fault in TABLE)
    assert rooms.keys() == ROOMS
    assert min(rooms.values()) >= 5
    assert rooms.total() >= 60


def test_no_row_is_there_twice_and_each_says_what_is_expected():
    names = Counter(str(fault) for fault in TABLE)
    assert [name for name, times in names.items() if times > 1] == []
    assert all(fault.after for fault in TABLE)


def test_the_page_of_the_table_is_current():
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.faults.table writes it"
