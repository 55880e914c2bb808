"""Keeps a list of an archive in SQLite by /v1/changes, as a phone does whenever it wakes up.

    python3 sync.py copy.db http://localhost:8080 'tool=git'

Needs Python's standard library alone.
"""
import gzip
import json
import sqlite3
import sys
import urllib.error
import urllib.parse
import urllib.request


def open_copy(path):
    copy = sqlite3.connect(path)
    copy.executescript("""
        CREATE TABLE IF NOT EXISTS posts (slug TEXT PRIMARY KEY, card TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS stands (release TEXT PRIMARY KEY);  -- the releases at which parts of the copy may stand
    """)
    return copy


def ask(address):
    """Gives the answer; urllib.error.HTTPError where it is a problem."""
    answer = urllib.request.urlopen(urllib.request.Request(address, headers={"Accept-Encoding": "gzip"}), timeout=30)
    if answer.headers["Content-Encoding"] == "gzip":
        return answer, gzip.GzipFile(fileobj=answer)
    return answer, answer


def read_all(copy, url, query):
    """Reads the whole list of one release. A stream that is broken off fails, and leaves the copy as it was."""
    answer, lines = ask(f"{url}/v1/posts.ndjson?{query}&as=summary")
    with answer, copy:
        copy.execute("DELETE FROM posts")
        copy.execute("DELETE FROM stands")
        copy.execute("INSERT INTO stands VALUES (?)", [answer.headers["Release"]])
        copy.executemany("INSERT INTO posts VALUES (?, ?)", ((json.loads(line)["slug"], line.decode().strip()) for line in lines))


def changes(url, query, since):
    """Gives the pages of what changed since a release."""
    after = None
    while True:
        more = {"since": since, "as": "summary", "limit": 100, **({"after": after} if after else {})}
        answer, body = ask(f"{url}/v1/changes?{query}&{urllib.parse.urlencode(more)}")
        with answer:
            page = json.load(body)
        yield page
        after = page["page"]["after"]
        if after is None:
            return


def apply(copy, page):
    """Applies a page, whole or not at all; where it stands is remembered with it, so that an end in between does no harm."""
    with copy:
        copy.execute("INSERT OR IGNORE INTO stands VALUES (?)", [page["release"]])
        for row in page["data"]:
            if row["kind"] == "removed":
                copy.execute("DELETE FROM posts WHERE slug = ?", [row["slug"]])
            else:
                copy.execute("INSERT OR REPLACE INTO posts VALUES (?, ?)", [row["slug"], json.dumps(row["post"], ensure_ascii=False)])


def sync(copy, url, query):
    """Brings the copy to what is served now."""
    while stands := [release for release, in copy.execute("SELECT release FROM stands")]:
        seen = set()
        try:
            for since in stands:
                for page in changes(url, query, since):
                    apply(copy, page)
                    seen.add(page["release"])
        except urllib.error.HTTPError as problem:
            if problem.code not in (404, 410):  # the release was pruned, or the archive is another one: anew
                raise
            break
        if len(seen) == 1:  # and no switch in between
            with copy:
                copy.execute("DELETE FROM stands WHERE release <> ?", [seen.pop()])
            return
    read_all(copy, url, query)


if __name__ == "__main__":
    sync(open_copy(sys.argv[1]), sys.argv[2], sys.argv[3])
