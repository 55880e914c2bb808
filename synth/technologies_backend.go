package synth

var backendTechnologies = []technology{
	{
		name: "python services", language: "python",
		tools: []string{"fastapi", "pytest", "uvicorn", "ruff", "pydantic", "mypy"},
		code: `from fastapi import FastAPI, HTTPException

app = FastAPI()
ARTICLES = {"intro": "measure first"}

@app.get("/articles/{slug}")
def read_article(slug: str) -> dict[str, str]:
    if slug not in ARTICLES:
        raise HTTPException(status_code=404, detail="unknown slug")
    return {"slug": slug, "body": ARTICLES[slug]}`,
	},
	{
		name: "go services", language: "go",
		tools: []string{"go test", "pprof", "golangci-lint", "delve", "govulncheck"},
		code: `mux := http.NewServeMux()
mux.HandleFunc("GET /ready", func(w http.ResponseWriter, r *http.Request) {
	if err := db.PingContext(r.Context()); err != nil {
		http.Error(w, "database not reachable", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusNoContent)
})`,
	},
	{
		name: "node.js services", language: "javascript",
		tools: []string{"npm", "fastify", "vitest", "eslint", "pino", "autocannon"},
		code: `import Fastify from 'fastify';

const app = Fastify({ logger: true, bodyLimit: 64 * 1024 });

app.get('/health', async () => ({ ok: true, uptime: process.uptime() }));

process.on('SIGTERM', () => app.close());
await app.listen({ port: 8080 });`,
	},
	{
		name: "spring boot services", language: "java",
		tools: []string{"maven", "junit", "flyway", "micrometer", "testcontainers", "hikaricp"},
		code: `@RestController
class ArticleController {
    private final ArticleRepository articles;

    ArticleController(ArticleRepository articles) {
        this.articles = articles;
    }

    @GetMapping("/articles/{slug}")
    ResponseEntity<Article> bySlug(@PathVariable String slug) {
        return ResponseEntity.of(articles.findBySlug(slug));
    }
}`,
	},
	{
		name: "php applications", language: "php",
		tools: []string{"composer", "phpunit", "phpstan", "xdebug", "php-fpm", "opcache"},
		code: `<?php
declare(strict_types=1);

$limit = filter_input(INPUT_GET, 'limit', FILTER_VALIDATE_INT, [
    'options' => ['min_range' => 1, 'max_range' => 100],
]);
if ($limit === false) {
    http_response_code(400);
    exit('limit: expected an integer from 1 to 100');
}`,
	},
	{
		name: "asp.net core services", language: "c#",
		tools: []string{"dotnet cli", "xunit", "entity framework core", "serilog", "benchmarkdotnet", "polly"},
		code: `var builder = WebApplication.CreateBuilder(args);
builder.Services.AddHealthChecks();
builder.Services.AddOutputCache();

var app = builder.Build();
app.UseOutputCache();
app.MapHealthChecks("/ready");
app.MapGet("/articles/{slug}", (string slug) => Results.Ok(new { slug }))
    .CacheOutput(policy => policy.Expire(TimeSpan.FromMinutes(5)));
app.Run();`,
	},
	{
		name: "django sites", language: "python",
		tools: []string{"django orm", "gunicorn", "celery", "pytest", "django debug toolbar", "whitenoise"},
		code: `from django.views.decorators.cache import cache_page
from django.shortcuts import get_object_or_404, render

from .models import Article

@cache_page(300)
def article_detail(request, slug):
    articles = Article.objects.select_related("author")
    article = get_object_or_404(articles, slug=slug)
    return render(request, "articles/detail.html", {"article": article})`,
	},
	{
		name: "laravel applications", language: "php",
		tools: []string{"artisan", "composer", "pest", "horizon", "laravel pint", "phpstan"},
		code: `<?php

use App\Models\Article;
use Illuminate\Support\Facades\Cache;
use Illuminate\Support\Facades\Route;

Route::get('/articles/{article:slug}', function (Article $article) {
    return Cache::remember("article:{$article->id}", now()->addMinutes(5),
        fn () => $article->load('author')->toArray());
});`,
	},
	{
		name: "ruby on rails", language: "ruby",
		tools: []string{"bundler", "rspec", "sidekiq", "puma", "rubocop", "brakeman"},
		code: `class ArticlesController < ApplicationController
  rescue_from ActiveRecord::RecordNotFound, with: -> { head :not_found }

  def show
    article = Article.includes(:author).find_by!(slug: params[:slug])
    fresh_when article, public: true
  end
end`,
	},
	{
		name: "rust services", language: "rust",
		tools: []string{"cargo", "clippy", "tokio", "axum", "rustfmt", "cargo audit"},
		code: `use axum::{routing::get, Json, Router};
use serde_json::{json, Value};

async fn health() -> Json<Value> {
    Json(json!({ "ok": true }))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let app = Router::new().route("/health", get(health));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
    axum::serve(listener, app).await
}`,
	},
	{
		name: "nestjs services", language: "typescript",
		tools: []string{"npm", "jest", "typeorm", "class-validator", "eslint", "swagger ui"},
		code: `import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { Type } from 'class-transformer';

export class ListArticlesQuery {
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit = 20;
}`,
	},
	{
		name: "phoenix applications", language: "elixir",
		tools: []string{"mix", "ecto", "exunit", "credo", "telemetry", "oban"},
		code: `defmodule ArchiveWeb.ArticleController do
  use ArchiveWeb, :controller

  def show(conn, %{"slug" => slug}) do
    case Archive.fetch_article(slug) do
      {:ok, article} -> json(conn, %{slug: article.slug, title: article.title})
      {:error, :not_found} -> send_resp(conn, 404, "unknown article")
    end
  end
end`,
	},
	{
		name: "ktor services", language: "kotlin",
		tools: []string{"gradle", "kotest", "kotlinx.coroutines", "detekt", "exposed", "logback"},
		code: `fun Application.module() {
    install(StatusPages) {
        exception<IllegalArgumentException> { call, cause ->
            call.respondText(cause.message.orEmpty(), status = HttpStatusCode.BadRequest)
        }
    }
    routing {
        get("/health") { call.respondText("ok") }
    }
}`,
	},
}
