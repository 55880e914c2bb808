package synth

var infrastructureTechnologies = []technology{
	{
		name: "kubernetes", language: "yaml",
		tools: []string{"kubectl", "kustomize", "k9s", "argo cd", "kubeconform", "stern"},
		code: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: archive
spec:
  replicas: 3
  strategy:
    rollingUpdate: {maxUnavailable: 0, maxSurge: 1}
  selector:
    matchLabels: {app: archive}
  template:
    metadata:
      labels: {app: archive}
    spec:
      containers:
        - name: archive
          image: registry.example.org/archive:1.4.2
          readinessProbe:
            httpGet: {path: /ready, port: 8080}`,
	},
	{
		name: "docker images", language: "dockerfile",
		tools: []string{"buildx", "hadolint", "trivy", "dive", "docker compose"},
		code: `FROM golang:1.24 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -o /archive .

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /archive /archive
EXPOSE 8080
ENTRYPOINT ["/archive"]`,
	},
	{
		name: "terraform", language: "hcl",
		tools: []string{"terraform plan", "tflint", "terraform-docs", "checkov", "infracost", "terragrunt"},
		code: `resource "aws_s3_bucket" "archive" {
  bucket = "article-archive-${var.environment}"

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_versioning" "archive" {
  bucket = aws_s3_bucket.archive.id
  versioning_configuration {
    status = "Enabled"
  }
}`,
	},
	{
		name: "github actions", language: "yaml",
		tools: []string{"actionlint", "gh", "act", "dependabot", "zizmor"},
		code: `name: verify
on:
  pull_request:
permissions:
  contents: read
concurrency:
  group: verify-${{ github.ref }}
  cancel-in-progress: true
jobs:
  test:
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v4
      - run: make test`,
	},
	{
		name: "ansible playbooks", language: "yaml",
		tools: []string{"ansible-lint", "molecule", "ansible-vault", "ansible-galaxy", "yamllint"},
		code: `- name: release the archive
  hosts: web
  serial: 1
  max_fail_percentage: 0
  tasks:
    - name: point the current link at the new release
      ansible.builtin.file:
        src: /srv/archive/releases/{{ release }}
        dest: /srv/archive/current
        state: link
      notify: reload archive
  handlers:
    - name: reload archive
      ansible.builtin.systemd_service: {name: archive, state: reloaded}`,
	},
	{
		name: "helm charts", language: "yaml",
		tools: []string{"helm lint", "helm diff", "chart-testing", "kubeconform", "helmfile"},
		code: `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "archive.fullname" . }}
  labels: {{- include "archive.labels" . | nindent 4 }}
spec:
  minAvailable: {{ .Values.minAvailable | default 1 }}
  selector:
    matchLabels: {{- include "archive.selectorLabels" . | nindent 6 }}`,
	},
	{
		name: "gitlab ci", language: "yaml",
		tools: []string{"gitlab runner", "glab", "kaniko", "gitlab ci lint", "renovate"},
		code: `stages: [test, deploy]

test:
  stage: test
  script: make test
  artifacts:
    reports: {junit: report.xml}

deploy:
  stage: deploy
  script: make deploy
  environment: {name: production}
  rules:
    - if: $CI_COMMIT_TAG
      when: manual`,
	},
	{
		name: "systemd units", language: "ini",
		tools: []string{"systemctl", "journalctl", "systemd-analyze", "systemd-run"},
		code: `[Unit]
Description=article archive
After=network-online.target
Wants=network-online.target

[Service]
ExecStart=/usr/local/bin/archive serve
Restart=on-failure
DynamicUser=yes
ProtectSystem=strict
NoNewPrivileges=yes

[Install]
WantedBy=multi-user.target`,
	},
	{
		name: "aws lambda", language: "python",
		tools: []string{"aws sam cli", "cloudwatch", "x-ray", "moto", "lambda power tuning"},
		code: `import json
import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])

def handler(event, context):
    slug = event["pathParameters"]["slug"]
    item = table.get_item(Key={"slug": slug}).get("Item")
    if item is None:
        return {"statusCode": 404, "body": json.dumps({"error": "unknown slug"})}
    return {"statusCode": 200, "body": json.dumps(item, default=str)}`,
	},
}

var edgeTechnologies = []technology{
	{
		name: "nginx", language: "nginx",
		tools: []string{"nginx -t", "curl", "certbot", "goaccess", "wrk"},
		code: `proxy_cache_path /var/cache/nginx levels=1:2 keys_zone=pages:10m max_size=1g;

server {
    listen 80;

    location / {
        proxy_pass http://127.0.0.1:8080;
        proxy_cache pages;
        proxy_cache_lock on;
        proxy_cache_use_stale error timeout updating;
        add_header Cache-Status $upstream_cache_status always;
    }
}`,
	},
	{
		name: "cloudflare workers", language: "javascript",
		tools: []string{"wrangler", "miniflare", "vitest", "workers kv", "curl"},
		code: `export default {
  async fetch(request, env, ctx) {
    const cache = caches.default;
    const hit = await cache.match(request);
    if (hit) return hit;
    const answer = await fetch(request);
    if (request.method === 'GET' && answer.ok) {
      ctx.waitUntil(cache.put(request, answer.clone()));
    }
    return answer;
  },
};`,
	},
	{
		name: "varnish", language: "vcl",
		tools: []string{"varnishlog", "varnishstat", "varnishtest", "varnishadm", "varnishncsa"},
		code: `vcl 4.1;

backend default { .host = "127.0.0.1"; .port = "8080"; }

sub vcl_recv {
    if (req.url ~ "^/articles/") {
        unset req.http.Cookie;
    }
}

sub vcl_backend_response {
    set beresp.ttl = 5m;
    set beresp.grace = 1h;
}`,
	},
	{
		name: "caddy", language: "caddyfile",
		tools: []string{"caddy validate", "caddy fmt", "xcaddy", "curl", "caddy reload"},
		code: `archive.example.org {
	encode zstd gzip
	header /assets/* Cache-Control "public, max-age=31536000, immutable"
	reverse_proxy 127.0.0.1:8080 127.0.0.1:8081 {
		health_uri /ready
		health_interval 5s
		lb_try_duration 2s
	}
}`,
	},
	{
		name: "haproxy", language: "haproxy",
		tools: []string{"haproxy -c", "socat", "hatop", "data plane api", "halog"},
		code: `frontend web
    bind :80
    http-request track-sc0 src table rates
    http-request deny deny_status 429 if { sc_http_req_rate(0) gt 100 }
    default_backend archive

backend rates
    stick-table type ip size 100k expire 1m store http_req_rate(10s)

backend archive
    option httpchk GET /ready
    server a1 10.0.0.11:8080 check
    server a2 10.0.0.12:8080 check`,
	},
}

var observabilityTechnologies = []technology{
	{
		name: "prometheus", language: "yaml",
		tools: []string{"promtool", "alertmanager", "node exporter", "grafana", "thanos"},
		code: `groups:
  - name: archive
    rules:
      - alert: ArchiveErrorRate
        expr: |
          sum(rate(http_requests_total{job="archive",code=~"5.."}[5m]))
            / sum(rate(http_requests_total{job="archive"}[5m])) > 0.01
        for: 10m
        labels: {severity: page}
        annotations:
          summary: more than 1 percent of the answers are errors`,
	},
	{
		name: "opentelemetry", language: "yaml",
		tools: []string{"otel collector", "jaeger", "grafana tempo", "zipkin", "telemetrygen"},
		code: `receivers:
  otlp:
    protocols:
      grpc: {endpoint: 0.0.0.0:4317}
processors:
  memory_limiter: {check_interval: 1s, limit_mib: 400}
  batch: {timeout: 5s}
exporters:
  otlp: {endpoint: tempo:4317}
service:
  pipelines:
    traces:
      receivers: [otlp]
      processors: [memory_limiter, batch]
      exporters: [otlp]`,
	},
	{
		name: "grafana loki", language: "logql",
		tools: []string{"logcli", "grafana alloy", "promtail", "grafana", "lokitool"},
		code: `topk(10,
  sum by (route) (
    rate({app="archive"} | json | status >= 500 [5m])
  )
)`,
	},
	{
		name: "fluent bit", language: "yaml",
		tools: []string{"fluent-bit", "curl", "jq", "kubectl", "lua filters"},
		code: `service:
  flush: 5
  storage.path: /var/lib/fluent-bit
pipeline:
  inputs:
    - name: tail
      path: /var/log/archive/*.log
      parser: json
      storage.type: filesystem
  filters:
    - name: grep
      match: '*'
      exclude: path ^/health$
  outputs:
    - name: stdout
      match: '*'`,
	},
}

var apiTechnologies = []technology{
	{
		name: "graphql apis", language: "graphql",
		tools: []string{"graphql inspector", "graphiql", "graphql-eslint", "apollo rover", "k6"},
		code: `query RecentArticles($after: String) {
  posts(first: 20, after: $after, orderBy: {field: UPDATED, direction: DESC}) {
    pageInfo { hasNextPage endCursor }
    nodes {
      slug
      title
      meta { readingTime tools { name } }
    }
  }
}`,
	},
	{
		name: "grpc services", language: "protobuf",
		tools: []string{"buf", "protoc", "grpcurl", "ghz", "grpc-gateway"},
		code: `syntax = "proto3";

package archive.v1;

service ArticleService {
  rpc GetArticle(GetArticleRequest) returns (Article);
}

message GetArticleRequest {
  string slug = 1;
}

message Article {
  string slug = 1;
  string title = 2;
  reserved 3;
}`,
	},
	{
		name: "openapi contracts", language: "yaml",
		tools: []string{"spectral", "redocly cli", "swagger ui", "schemathesis", "prism"},
		code: `openapi: 3.1.0
info: {title: article archive, version: 1.4.0}
paths:
  /articles:
    get:
      parameters:
        - name: limit
          in: query
          schema: {type: integer, minimum: 1, maximum: 100, default: 20}
      responses:
        '200': {description: one page of articles}
        '400': {description: a parameter is out of range}`,
	},
	{
		name: "json schema contracts", language: "json",
		tools: []string{"ajv", "check-jsonschema", "quicktype", "hyperjump", "jq"},
		code: `{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "required": ["slug", "title"],
  "properties": {
    "slug": { "type": "string", "pattern": "^[a-z0-9-]+$" },
    "title": { "type": "string", "minLength": 1, "maxLength": 200 },
    "viewCount": { "type": "integer", "minimum": 0 }
  },
  "additionalProperties": false
}`,
	},
}

var systemsTechnologies = []technology{
	{
		name: "bash automation", language: "bash",
		tools: []string{"shellcheck", "shfmt", "bats", "cron", "make"},
		code: `#!/usr/bin/env bash
set -euo pipefail

release=${1:?usage: publish.sh RELEASE}
target=/srv/archive/releases/$release

if [[ ! -f $target/manifest.json ]]; then
    echo "publish: $target has no manifest.json" >&2
    exit 1
fi
ln -sfn "$target" /srv/archive/current.new
mv -T /srv/archive/current.new /srv/archive/current`,
	},
	{
		name: "c++ services", language: "c++",
		tools: []string{"cmake", "clang-tidy", "googletest", "address sanitizer", "perf", "conan"},
		code: `class ArticleCache {
public:
    std::shared_ptr<const Article> find(const std::string& slug) const {
        std::shared_lock lock(mutex_);
        const auto found = articles_.find(slug);
        return found == articles_.end() ? nullptr : found->second;
    }

private:
    mutable std::shared_mutex mutex_;
    std::unordered_map<std::string, std::shared_ptr<const Article>> articles_;
};`,
	},
	{
		name: "powershell automation", language: "powershell",
		tools: []string{"pester", "psscriptanalyzer", "psreadline", "platyps", "task scheduler"},
		code: `[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)]
    [ValidatePattern('^r\d+$')]
    [string] $Release
)

$ErrorActionPreference = 'Stop'
if ($PSCmdlet.ShouldProcess($Release, 'publish')) {
    Set-Content -Path 'D:\archive\CURRENT' -Value $Release -NoNewline
}`,
	},
	{
		name: "c libraries", language: "c",
		tools: []string{"gcc", "valgrind", "gdb", "cppcheck", "make", "afl++"},
		code: `int parse_limit(const char *text, long *limit)
{
    char *end;

    errno = 0;
    long value = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0')
        return -1;
    if (value < 1 || value > 100)
        return -1;
    *limit = value;
    return 0;
}`,
	},
	{
		name: "f# data tools", language: "f#",
		tools: []string{"dotnet cli", "fantomas", "expecto", "fscheck", "paket"},
		code: `type LimitError =
    | NotANumber of string
    | OutOfRange of int

let parseLimit (text: string) =
    match System.Int32.TryParse text with
    | true, n when n >= 1 && n <= 100 -> Ok n
    | true, n -> Error(OutOfRange n)
    | false, _ -> Error(NotANumber text)`,
	},
}

var securityTechnologies = []technology{
	{
		name: "hashicorp vault", language: "hcl",
		tools: []string{"vault cli", "vault agent", "consul-template", "audit devices", "terraform"},
		code: `path "secret/data/archive/*" {
  capabilities = ["read"]
}

path "database/creds/archive-readonly" {
  capabilities = ["read"]
}

path "sys/leases/renew" {
  capabilities = ["update"]
}`,
	},
	{
		name: "tls certificates", language: "bash",
		tools: []string{"certbot", "openssl", "acme.sh", "step cli", "testssl.sh"},
		code: `host=archive.example.org

openssl s_client -connect "$host:443" -servername "$host" </dev/null 2>/dev/null |
    openssl x509 -noout -checkend $((21 * 24 * 3600)) || {
    echo "$host: certificate expires within 21 days" >&2
    exit 1
}`,
	},
	{
		name: "open policy agent", language: "rego",
		tools: []string{"opa test", "conftest", "regal", "opa eval", "gatekeeper"},
		code: `package archive.publish

import rego.v1

default allow := false

allow if {
	input.user.scope == "admin"
	input.release.verified
}

deny contains "the release was built on another parent" if {
	input.release.parent != data.current
}`,
	},
}
