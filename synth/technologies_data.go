package synth

var databaseTechnologies = []technology{
	{
		name: "postgresql", language: "sql",
		tools: []string{"psql", "pg_stat_statements", "pgbouncer", "pg_dump", "pgbench", "auto_explain"},
		code: `create index concurrently if not exists articles_published_idx
    on articles (published_at desc)
    where status = 'reviewed';

explain (analyze, buffers)
select slug, title
from articles
where status = 'reviewed'
order by published_at desc
limit 20;`,
	},
	{
		name: "mysql", language: "sql",
		tools: []string{"mysqldump", "percona toolkit", "gh-ost", "proxysql", "mysqlslap"},
		code: `alter table articles
    add column review_note varchar(200) null,
    algorithm = instant;

explain analyze
select slug, title
from articles
where status = 'reviewed'
order by published_at desc
limit 20;`,
	},
	{
		name: "redis", language: "bash",
		tools: []string{"redis-cli", "redis-benchmark", "redis insight", "sentinel", "redis exporter"},
		code: `redis-cli config set maxmemory-policy allkeys-lru
redis-cli set article:intro "$(cat intro.json)" ex 300 nx
redis-cli ttl article:intro
redis-cli info stats | grep -E 'keyspace_(hits|misses)'`,
	},
	{
		name: "mongodb", language: "javascript",
		tools: []string{"mongosh", "mongodump", "mongodb compass", "mongostat", "mongotop"},
		code: `db.articles.createIndex(
  { status: 1, publishedAt: -1 },
  { partialFilterExpression: { status: 'reviewed' } }
);

db.articles
  .find({ status: 'reviewed' }, { slug: 1, title: 1 })
  .sort({ publishedAt: -1 })
  .limit(20)
  .explain('executionStats');`,
	},
	{
		name: "sqlite", language: "sql",
		tools: []string{"sqlite3", "litestream", "sqldiff", "sqlite analyzer"},
		code: `pragma journal_mode = wal;
pragma busy_timeout = 5000;
pragma foreign_keys = on;

create table if not exists articles (
    slug text primary key,
    title text not null check (length(title) <= 200),
    published_at text
) strict, without rowid;`,
	},
	{
		name: "elasticsearch", language: "json",
		tools: []string{"kibana", "curl", "elasticdump", "rally", "index lifecycle policies"},
		code: `{
  "query": {
    "bool": {
      "must": { "match": { "body": "rollback plan" } },
      "filter": { "term": { "status": "reviewed" } }
    }
  },
  "highlight": { "fields": { "body": {} } },
  "size": 20,
  "sort": ["_score", { "slug": "asc" }]
}`,
	},
	{
		name: "clickhouse", language: "sql",
		tools: []string{"clickhouse-client", "clickhouse-benchmark", "clickhouse-backup", "system.query_log"},
		code: `create table page_views (
    day date,
    slug LowCardinality(String),
    views UInt64
) engine = SummingMergeTree
order by (day, slug);

select slug, sum(views) as total
from page_views
where day >= today() - 7
group by slug
order by total desc
limit 20;`,
	},
	{
		name: "cassandra", language: "cql",
		tools: []string{"cqlsh", "nodetool", "cassandra-stress", "medusa", "reaper"},
		code: `create table articles_by_tool (
    tool text,
    published_at timestamp,
    slug text,
    title text,
    primary key ((tool), published_at, slug)
) with clustering order by (published_at desc, slug asc);

select slug, title from articles_by_tool where tool = 'nodetool' limit 20;`,
	},
	{
		name: "sql server", language: "sql",
		tools: []string{"sqlcmd", "query store", "sqlpackage", "extended events", "dbatools"},
		code: `create or alter procedure dbo.recent_articles @take int = 20
as
begin
    set nocount on;
    if @take not between 1 and 100
        throw 50001, 'take: expected 1 to 100', 1;

    select top (@take) slug, title
    from dbo.articles
    where status = 'reviewed'
    order by published_at desc;
end;`,
	},
}

var dataTechnologies = []technology{
	{
		name: "apache kafka", language: "java",
		tools: []string{"kafka-consumer-groups", "schema registry", "kafka connect", "kcat", "cruise control"},
		code: `while (running.get()) {
    ConsumerRecords<String, String> batch = consumer.poll(Duration.ofMillis(500));
    for (ConsumerRecord<String, String> record : batch) {
        handler.handle(record.key(), record.value());
    }
    if (!batch.isEmpty()) {
        consumer.commitSync();
    }
}`,
	},
	{
		name: "airflow pipelines", language: "python",
		tools: []string{"airflow cli", "astro cli", "pytest", "celery", "great expectations"},
		code: `from datetime import datetime, timedelta

from airflow.decorators import dag, task

@dag(schedule="@daily", start_date=datetime(2024, 1, 1), catchup=False)
def refresh_archive():
    @task(retries=3, retry_delay=timedelta(minutes=5))
    def export() -> int:
        return export_articles()

    export()

refresh_archive()`,
	},
	{
		name: "rabbitmq", language: "python",
		tools: []string{"pika", "rabbitmqctl", "rabbitmq perftest", "rabbitmqadmin", "shovel plugin"},
		code: `import pika

connection = pika.BlockingConnection(pika.ConnectionParameters("localhost"))
channel = connection.channel()
channel.queue_declare("articles", durable=True)
channel.basic_qos(prefetch_count=20)

def handle(channel, method, properties, body):
    store(body)
    channel.basic_ack(method.delivery_tag)

channel.basic_consume("articles", handle)
channel.start_consuming()`,
	},
	{
		name: "dbt models", language: "sql",
		tools: []string{"dbt test", "sqlfluff", "dbt docs", "elementary", "dbt snapshot"},
		code: `{{ config(materialized='incremental', unique_key='slug') }}

select slug, title, max(viewed_at) as last_viewed_at, count(*) as views
from {{ ref('stg_page_views') }}
{% if is_incremental() %}
where viewed_at > (select max(last_viewed_at) from {{ this }})
{% endif %}
group by slug, title`,
	},
	{
		name: "apache spark", language: "scala",
		tools: []string{"spark-submit", "spark ui", "sbt", "delta lake", "scalatest"},
		code: `val views = spark.read.parquet("s3a://archive/page_views")
  .where($"day" >= date_sub(current_date(), 7))

val top = views
  .groupBy($"slug")
  .agg(sum($"views").as("total"))
  .orderBy($"total".desc)
  .limit(20)

top.write.mode("overwrite").json("s3a://archive/top_articles")`,
	},
	{
		name: "nats messaging", language: "go",
		tools: []string{"nats cli", "jetstream", "nats-top", "nsc", "nats surveyor"},
		code: `consumer, err := stream.CreateOrUpdateConsumer(ctx, jetstream.ConsumerConfig{
	Durable:    "indexer",
	AckPolicy:  jetstream.AckExplicitPolicy,
	AckWait:    30 * time.Second,
	MaxDeliver: 5,
})
if err != nil {
	return fmt.Errorf("create consumer: %w", err)
}
running, err := consumer.Consume(func(msg jetstream.Msg) { handle(msg) })`,
	},
}

var learningTechnologies = []technology{
	{
		name: "pytorch models", language: "python",
		tools: []string{"torchserve", "tensorboard", "mlflow", "onnx runtime", "torch.profiler"},
		code: `import torch

model = torch.jit.load("classifier.pt", map_location="cpu").eval()

@torch.inference_mode()
def classify(batch: torch.Tensor) -> list[int]:
    if batch.ndim != 2:
        raise ValueError(f"expected 2 dimensions, found {batch.ndim}")
    return model(batch).argmax(dim=1).tolist()`,
	},
	{
		name: "scikit-learn pipelines", language: "python",
		tools: []string{"mlflow", "joblib", "pandas", "dvc", "optuna"},
		code: `from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

pipeline = make_pipeline(TfidfVectorizer(min_df=2), LogisticRegression(max_iter=1000))
scores = cross_val_score(pipeline, texts, labels, cv=5, scoring="f1_macro")
print(f"f1 {scores.mean():.3f}")`,
	},
	{
		name: "r reports", language: "r",
		tools: []string{"renv", "testthat", "quarto", "lintr", "targets"},
		code: `library(dplyr)

views <- readr::read_csv("page_views.csv", show_col_types = FALSE)

views |>
  filter(day >= max(day) - 7) |>
  group_by(slug) |>
  summarise(total = sum(views), .groups = "drop") |>
  slice_max(total, n = 20)`,
	},
}
