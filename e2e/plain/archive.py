"""Reads an archive with nothing but Python's standard library.

    python3 archive.py http://localhost:8080 tool=git tool='C++' quality.gte=80
"""
import gzip
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request


class Problem(Exception):
    """What the archive says is wrong; `code` is for programs."""

    def __init__(self, told):
        super().__init__(told.get("detail") or told["message"])
        self.code = told.get("code") or told["extensions"]["code"]


def open_url(address, body=None, tries=5):
    """Gives the parsed answer; asks again where the archive says that this helps, as long as it says."""
    headers = {"Accept-Encoding": "gzip", "Content-Type": "application/json"}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, body, headers), timeout=30) as answer:
            data = answer.read()
            return json.loads(gzip.decompress(data) if answer.headers["Content-Encoding"] == "gzip" else data)
    except urllib.error.HTTPError as error:
        data = error.read()
        told = json.loads(gzip.decompress(data) if error.headers["Content-Encoding"] == "gzip" else data)
        if not told["retryable"] or tries == 1:
            raise Problem(told) from None
        time.sleep(float(error.headers["Retry-After"] or 1))
        return open_url(address, body, tries - 1)


def get(url, path, **query):
    """Gives a whole answer of REST. The path is as people read it, a list becomes a parameter that is repeated."""
    return open_url(f"{url}{urllib.parse.quote(path)}?{urllib.parse.urlencode(query, doseq=True)}")


def rows(url, path, **query):
    """Gives every row of a list, page by page."""
    after = {}
    while after is not None:
        page = get(url, path, limit=100, **query, **after)
        yield from page["data"]
        after = page["page"]["after"] and {"after": page["page"]["after"]}


def ask(url, query, **variables):
    """Gives the data of an operation of GraphQL."""
    answer = open_url(url + "/graphql", json.dumps({"query": query, "variables": variables}).encode())
    if answer.get("errors"):
        raise Problem(answer["errors"][0])
    return answer["data"]


if __name__ == "__main__":
    filters = {}
    for name, value in (argument.split("=", 1) for argument in sys.argv[2:]):
        filters.setdefault(name, []).append(value)
    for card in rows(sys.argv[1], "/v1/summaries", sort="-quality", **filters):
        print(card["slug"], card["title"], sep="\t")
