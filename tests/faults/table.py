"""What can go wrong, and what is expected then: one row a fault. `python -m tests.faults.table` writes docs/faults.md.

A row names what goes wrong: what a site answers (`a`, `d`), or a function of the house (`s`), the desk (`u`) or the
machine (`o`) that makes it so; then what is expected while it lasts. What is expected afterwards is the same for nearly
all: the news that was published meanwhile reaches every reader once, and nothing old comes again."""

import os
import signal
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from bot.demo.telegram import faults
from bot.demo.telegram.refusals import bad, conflict
from tests.faults import answers as a
from tests.faults import documents as d
from tests.faults import outages as o
from tests.faults import questions as u
from tests.faults import strikes as s
from tests.faults.expectations import (
    as_usual,
    at_most_twice,
    brings_it,
    dead_and_visible,
    ends_at_once,
    keeps_the_queue,
    knows_it_is_revoked,
    later,
    only_yusuf,
    others_go_on,
    plain_and_told,
    polled_at_their_pace,
    quarantined,
    read_anew_where_it_went,
    says,
    says_contested,
    sends_nothing,
    stops,
    told,
    waits,
    yusuf_gets_it,
)
from tests.faults.rows import clock, database, html, http, network, process, telegram, updates, xml

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"
LATE = datetime(2026, 3, 11, 22, 50, tzinfo=UTC)  # ten to midnight in Berlin
AUTUMN = datetime(2026, 10, 25, 0, 20, tzinfo=UTC)  # 02:20, and an hour later it is again
SPRING = datetime(2026, 3, 29, 0, 40, tzinfo=UTC)  # 01:40, and half an hour later 03:10
TLS, NAMED = {"tls": "good"}, {"name": "blatt.example"}
PRIVATE = "is not a public address"
IN_TIME, NO_FEED, NO_TICKER = "did not answer in time", "not a feed", "no line with a time"

# One row a line, as far as it fits
# fmt: off
TABLE = (
    network("the name does not resolve", s.name_is(None), says("cannot be resolved"), later, house=NAMED),
    network("the name leads to a private network", s.name_is("127.0.0.2"), says(PRIVATE), later, house=NAMED),
    network("nobody listens", s.nobody_listens, says("refuses the connection"), later),
    network("nobody listens, for six polls", s.nobody_listens, says("refuses"), waits(minutes=29), told, polls=6),
    network("reset when the request has come", a.reset_at_once, says("broke the connection"), later),
    network("reset in the middle of the headers", a.reset_in_headers, says("broke the connection"), later),
    network("reset in the middle of the list", a.reset_in_body, says("ended in the middle"), later),
    network("closed before the list has ended", a.ends_too_early, says("ended in the middle"), later),
    network("FIN in the middle of the list, then nothing", a.half_closed, says("ended in the middle"), later),
    network("keeps the connection open, then cuts it", a.kept_open, brings_it, as_usual),
    network("takes the request and never answers", a.says_nothing, says(IN_TIME), later),
    network("a byte every 50 ms, without end", a.drips, says(IN_TIME), later, in_ci=False),
    network("headers without end", a.drips_headers, says(IN_TIME), later, in_ci=False),
    network("answers after half a second", a.starts_late, brings_it, as_usual),
    network("the list comes in two halves", a.halves, brings_it, as_usual),
    network("another service on its port", a.speaks_no_http, says("Bad status line"), later),
    network("TLS on a port that spoke HTTP", s.suddenly_tls, says("broke the connection"), later),
    network("a certificate nobody vouches for", s.certificate("unknown"), says("unable to get"), later, house=TLS),
    network("a certificate that has expired", s.certificate("expired"), says("has expired"), later, house=TLS),
    network("the certificate of another host", s.certificate("other"), says("mismatch"), later, house=TLS),

    http("301 to itself, round and round", a.moved("301 Moved", "/"), says("more than 5 redirects"), later),
    http("302 to a private network", a.moved("302 Found", "http://127.0.0.2:9/"), says(PRIVATE), later),
    http("302 to an address that is none", a.moved("302 Found", "http://[::1"), says("which is not a URL"), later),
    http("302 to a file", a.moved("302 Found", "file:///etc/passwd"), says("not an http or https address"), later),
    http("302 with a login in it", a.moved("302 Found", "http://a:b@127.0.0.1/"), says("with a login"), later),
    http("302 to a page that is not there", a.moved("302 Found", "/articles/x"), says("HTTP 404"), later),
    http("302 to nowhere", a.always(status="302 Found"), says("a redirect without a target"), later),
    http("304 for ever, without validators", a.forgets_validators, as_usual),
    http("304 to somebody who asked for all", a.always(status="304 Not Modified"), as_usual),
    http("401", a.always(status="401 Unauthorized"), says("HTTP 401"), later),
    http("403", a.always(b"Kein Zugang", "403 Forbidden"), says("HTTP 403"), later),
    http("404", a.always(status="404 Not Found"), says("HTTP 404"), later),
    http("410, twice within minutes", a.always(status="410 Gone"), says("HTTP 410"), later),
    http("410, and two hours later again", s.gone(hours=2), says("HTTP 410"), later, told, polls=1),
    http("410, and a day later again", s.gone(days=1), stops, told, polls=1, after=(read_anew_where_it_went,)),
    http("429", a.always(status="429 Too Many Requests"), says("HTTP 429"), later),
    http("429 for ten minutes", a.always(status="429 Slow", Retry_After=600), says("HTTP 429"), waits(minutes=10)),
    http("429 for a year", a.always(status="429 Slow", Retry_After=31536000), says("HTTP 429"), waits(hours=24)),
    http("429 for a time that is none", a.always(status="429 Slow", Retry_After="bald"), says("HTTP 429"), later),
    http("500 with a page that shows a time", a.always(a.ERROR_PAGE, "500 Oops"), says("HTTP 500"), later),
    http("502 of a proxy", a.always(faults.gateway().body, "502 Bad Gateway"), says("HTTP 502"), later),
    http("503 until a date", s.until_a_date, says("HTTP 503"), waits(hours=2)),
    http("a status that does not exist", a.always(status="799 Tired"), says("HTTP 799"), later),
    http("200 with an empty body", a.always(), says("the document is empty"), told),
    http("200 with a login page", a.always(a.LOGIN), says("a web page (“Anmelden”), not a feed"), told),
    http("200 with a page of errors", a.always(a.ERROR_PAGE), says(NO_FEED), told),
    http("Content-Length too small", a.too_little_announced, says("Data after"), later),
    http("six megabytes", a.too_large, says("larger than 5 MiB"), later),
    http("six megabytes, announced", a.always(Content_Length=6 * a.MIB), says("larger than 5 MiB"), later),
    http("a gzip bomb", a.bomb, says("larger than 5 MiB"), later),
    http("gzip that is none", a.always(b"<rss/>", Content_Encoding="gzip"), says("says it is gzip and is not"), later),
    http("gzip that ends in the middle", a.half_packed, says("ended in the middle"), later),
    http("gzip in gzip", a.packed_twice, says(NO_FEED), later),
    http("brotli, unasked", a.always(b"\x0b\x02\x80", Content_Encoding="br"), says("only gzip was offered"), later),
    http("the wrong charset in the headers", a.other_charset, brings_it, as_usual),
    http("a header of 100 kB", a.always(X_Long="x" * 100_000), says("Got more than"), later),
    http("50 cookies", a.with_headers(50), brings_it, as_usual),
    http("1,000 cookies", a.with_headers(1000), says("Too many headers"), later),
    http("no article's page ever comes", s.pages_hang, brings_it, as_usual, in_ci=False),
    http("every article's page fails", s.pages_fail, brings_it, as_usual),

    xml("cut off in the last item", d.cut_off, brings_it, as_usual),
    xml("a billion laughs", d.laughs, brings_it, as_usual),
    xml("UTF-16 that calls itself UTF-8", d.utf_16, brings_it, as_usual),
    xml("Latin-1 that calls itself UTF-8", d.latin_1, brings_it, as_usual),
    xml("NULs between the tags", d.nuls, brings_it, as_usual),
    xml("bare & and < in titles", d.bare_ampersands, brings_it, as_usual),
    xml("a page instead of the feed", d.a_page, says(NO_FEED), told),
    xml("no items", d.without_items, says("it lists no headlines any more"), told),
    xml("one guid for all", d.same_guids, brings_it, as_usual),
    xml("new guids at each poll", d.new_guids, brings_it, as_usual),
    xml("no dates", d.no_dates, brings_it, as_usual),
    xml("all dates in 2038", d.dates_ahead, brings_it, as_usual),
    xml("dates in words", d.no_real_dates, brings_it, as_usual),
    xml("the oldest on top", d.turned_round, brings_it, as_usual),
    xml("one broken item among good ones", d.one_bad_item, brings_it, as_usual),

    html("a new layout without a ticker", d.rebuilt, says(NO_TICKER), told),
    html("the list is empty", d.emptied, says(NO_TICKER), told),
    html("emptied and refilled in turn", d.now_and_then(d.emptied, d.whole), brings_it, polls=4),
    html("one line only", d.only_one_line, says("only 1 line"), told),
    html("the list becomes a table", d.as_a_table, brings_it, as_usual),
    html("all times an hour ahead", d.an_hour_ahead, brings_it, as_usual),
    html("a second list, and a menu with times", d.two_lists, brings_it, as_usual),
    html("a cookie wall", d.cookie_wall, says(NO_TICKER), told),
    html("broken markup", d.broken_markup, brings_it, as_usual),
    html("100,000 nested boxes around it", d.nested, says(NO_TICKER), told),
    html("150,000 nested links: the parser hangs", d.killer, quarantined, polls=1),
    html("links with a new session at each poll", d.links_with_sessions, brings_it, as_usual),

    telegram("429 for one chat", s.lena(faults.too_many(1), 1), yusuf_gets_it),
    telegram("429 for two chats at once", s.both(faults.too_many(1))),
    telegram("403: a reader blocks the bot", s.lena_blocks, yusuf_gets_it, after=only_yusuf),
    telegram("403: an account is deleted", s.lena_deletes_her_account, yusuf_gets_it, after=only_yusuf),
    telegram("400: chat not found", s.lena(bad("chat not found")), yusuf_gets_it, after=only_yusuf),
    telegram("400: a group becomes a supergroup", s.group_moves, yusuf_gets_it, after=s.moved_group_has_it_once),
    telegram("400: its markup is refused", s.markup_refused, yusuf_gets_it, after=plain_and_told),
    telegram("400: too long, once", s.lena(bad("message is too long"), 1), yusuf_gets_it),
    telegram("404: it does not know sendMessage", s.lena(faults.method_missing(), 1), yusuf_gets_it,
             after=dead_and_visible),
    telegram("401: the token is revoked", s.token_revoked, knows_it_is_revoked, keeps_the_queue),
    telegram("409 to a message", s.lena(conflict("terminated by other getUpdates request"), 1), says_contested,
             in_ci=False),
    telegram("500, once for each reader", s.both(faults.restarting())),
    telegram("502 with a page", s.lena(faults.gateway(), 1), yusuf_gets_it),
    telegram("ok: false under 200", s.lena(faults.not_ok_with_200(), 1), yusuf_gets_it),
    telegram("garbage", s.lena(faults.garbage(), 1), yusuf_gets_it),
    telegram("garbage after it took the message", s.lena(faults.garbage(delivers=True), 1), after=at_most_twice),
    telegram("cut before it took the message", s.lena(faults.drop_before(), 1), yusuf_gets_it),
    telegram("cut after it took the message", s.lena(faults.drop_after(), 1), after=at_most_twice),
    telegram("its answer comes when nobody waits any more", s.lena(faults.slow_answer(1.5), 1), after=at_most_twice),
    telegram("its answer takes half a second", s.lena(faults.slow(0.5)), yusuf_gets_it),
    telegram("it cannot be reached", s.offline, keeps_the_queue, sends_nothing),
    telegram("it restarts", s.restarts),
    updates("getUpdates: 409, another one polls", u.polls(conflict("terminated by other getUpdates request"))),
    updates("getUpdates: 401, once", u.polls(faults.refuse(401, "Unauthorized")), in_ci=False),
    updates("getUpdates: 429", u.polls(faults.too_many(1)), in_ci=False),
    updates("getUpdates: 502 with a page", u.polls(faults.gateway()), in_ci=False),
    updates("getUpdates: garbage instead of the updates", u.polls(faults.garbage(delivers=True))),
    updates("getUpdates: cut instead of the updates", u.polls(faults.drop_after())),
    updates("it cannot be reached for a second", u.offline),
    updates("the same update three times", u.repeats),
    updates("an update of a kind that is new", u.unknown_kind),
    updates("an update without any content", u.nothing_in_it),
    updates("a button that is too old to be answered", u.old_button),

    database("SQLite: another process writes for 3 s", o.sqlite_locked, sends_nothing, in_ci=True),
    database("SQLite: another process writes for 14 s", o.sqlite_locked_for_long, sends_nothing),
    database("SQLite: no byte can be written for 3 s", o.disk_full, sends_nothing),
    database("SQLite: its file is read-only when the bot starts", o.read_only, ends_at_once("cannot be written to"),
             sends_nothing, in_ci=True),
    database("PostgreSQL stops for 3 s", o.postgresql_stops(signal.SIGINT), on="postgresql"),
    database("PostgreSQL crashes", o.postgresql_stops(signal.SIGQUIT), on="postgresql", after=at_most_twice),
    database("PostgreSQL: its connections are ended thrice", o.connections_killed, on="postgresql",
             after=at_most_twice),
    database("PostgreSQL: a transaction locks all tables for 3 s", o.tables_locked, sends_nothing, on="postgresql"),

    process("SIGKILL in a poll", o.killed_in_a_poll, in_ci=True),
    process("SIGKILL with a message on the wire", o.killed_with_a_message_on_the_wire, after=at_most_twice),
    process("SIGTERM in a poll", o.stopped_in_a_poll),
    process("SIGHUP, and sources.toml is broken", o.file_broken, brings_it, in_ci=True),
    process("the parser's child is killed", o.child(signal.SIGKILL), brings_it, in_ci=True),
    process("the parser's child stands still", o.child(signal.SIGSTOP), brings_it),
    process("the machine sleeps for 3 s", o.sleeps, sends_nothing),
    process("no file and no connection can be opened for 3 s", o.no_files_left),
    process("nobody reads its log", o.nobody_reads_its_log, brings_it),
    process("it starts while sites and Telegram are away", o.starts_into_nothing, sends_nothing),

    clock("the bot's clock is set back by an hour", s.bot_only(hours=-1), polled_at_their_pace, polls=0),
    clock("the bot's clock goes back an hour while a chat waits", s.waits_in_the_future, polled_at_their_pace, polls=0),
    clock("the bot's clock is set a day ahead", s.bot_only(days=1), brings_it, others_go_on, as_usual),
    clock("a ticker is read again after a day", s.jumps(days=1), brings_it, others_go_on, as_usual, kind="ticker"),
    clock("midnight", s.jumps(minutes=20), brings_it, as_usual, start=LATE, kind="ticker"),
    clock("the night that has an hour twice", s.jumps(hours=1), brings_it, as_usual, start=AUTUMN, kind="ticker"),
    clock("the night that lacks an hour", s.jumps(minutes=30), brings_it, as_usual, start=SPRING, kind="ticker"),
    clock("the source is three hours ahead", s.source_is_off(hours=3), brings_it, as_usual),
    clock("the source is five hours behind", s.source_is_off(hours=-5), brings_it, as_usual),
    clock("a ticker is ten minutes ahead", s.source_is_off(minutes=10), brings_it, as_usual, kind="ticker"),
)
# fmt: on

HEAD = """# What can go wrong, and what happens then

The table of `tests/faults/table.py`, {count} rows, written by `python -m tests.faults.table`. Each row is a test (`make
faults` runs all, CI all but {slow} slow ones). The setting is the same for all: two sources have been read, two readers
follow everything. Then the fault strikes, both sources publish a headline, the fault ends. Where not told otherwise,
every reader then gets both headlines once, nothing of what was there before reaches anybody, nothing is given up, and
the bot lives on without help. Where a source is what fails, its neighbour's headline is sent while it does.
"""


def page():
    """The table as a page of the documentation."""
    slow = sum(not fault.in_ci for fault in TABLE)
    rooms = "\n".join(_room(room, list(rows)) for room, rows in groupby(TABLE, lambda fault: fault.room))
    return f"{HEAD.format(count=len(TABLE), slow=slow)}\n{rooms}"


def _room(room, rows):
    lines = "".join(f"| {_cell(fault.name)} | {_cell(fault.words)} |\n" for fault in rows)
    return f"## {room[0].upper()}{room[1:]}\n\n| what goes wrong | what is expected |\n|---|---|\n{lines}"


def _cell(text):
    return text.replace("|", "\\|").replace("<", "&lt;")


def rows(way):
    """The rows that run this way: where KILLS asks for it all, else those for CI."""
    return [fault for fault in TABLE if fault.way == way and (fault.in_ci or "KILLS" in os.environ)]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
