#!/bin/sh
# Reads an archive with nothing but curl: archive.sh http://localhost:8080 FOLDER
set -eu
url=$1
cd "$2"

# An answer, only where it has changed since the last time.
curl -sSf --compressed --etag-compare summaries.etag --etag-save summaries.etag -o summaries.json \
  --retry 3 -G "$url/v1/summaries" --data-urlencode 'tool=C++' -d limit=100

# Everything that matches, a post a line. A stream that is broken off is an error of curl, and leaves what was there.
curl -sSf --compressed --retry 3 -o posts.part "$url/v1/posts.ndjson?quality.gte=95"
mv posts.part posts.ndjson

# Page by page: each answer names the next one.
next="/v1/posts?fields=slug&limit=100&quality.gte=85"
: > slugs.ndjson
while [ -n "$next" ]; do
  curl -sSf -D head.txt "$url$next" >> slugs.ndjson
  echo >> slugs.ndjson
  next=$(sed -n 's/^[Ll]ink:.*<\([^>]*\)>; rel="next".*/\1/p' head.txt)
done

# GraphQL. curl fails on a status alone, and errors of GraphQL have one where this type is asked for.
curl -sSf "$url/graphql" -H 'Content-Type: application/json' -H 'Accept: application/graphql-response+json' \
  -d '{"query": "query($slug: String!) { tool(slug: $slug) { name postCount } }", "variables": {"slug": "git"}}' > git.json
