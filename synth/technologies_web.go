package synth

var frontendTechnologies = []technology{
	{
		name: "react applications", language: "typescript",
		tools: []string{"vite", "vitest", "react testing library", "eslint", "storybook", "lighthouse"},
		code: `export function ArticleList({ page }: { page: number }) {
  const { data, error, isPending } = useQuery({
    queryKey: ['articles', page],
    queryFn: ({ signal }) => fetchArticles(page, signal),
    staleTime: 60_000,
  });
  if (isPending) return <p>loading</p>;
  if (error) return <p role="alert">the list could not be loaded</p>;
  return <ul>{data.map((a) => <li key={a.slug}>{a.title}</li>)}</ul>;
}`,
	},
	{
		name: "next.js sites", language: "typescript",
		tools: []string{"turbopack", "playwright", "eslint", "swr", "lighthouse", "bundle analyzer"},
		code: `import { notFound } from 'next/navigation';

export const revalidate = 300;

type Props = { params: Promise<{ slug: string }> };

export default async function Page({ params }: Props) {
  const { slug } = await params;
  const article = await loadArticle(slug);
  if (!article) notFound();
  return <h1>{article.title}</h1>;
}`,
	},
	{
		name: "vue applications", language: "javascript",
		tools: []string{"vite", "pinia", "vue router", "vitest", "vue devtools", "eslint"},
		code: `import { ref, watchEffect } from 'vue';

export function useArticle(slug) {
  const article = ref(null);
  const failed = ref(false);
  watchEffect(async (onCleanup) => {
    const abort = new AbortController();
    onCleanup(() => abort.abort());
    const answer = await fetch('/api/articles/' + slug.value, { signal: abort.signal });
    failed.value = !answer.ok;
    if (answer.ok) article.value = await answer.json();
  });
  return { article, failed };
}`,
	},
	{
		name: "angular applications", language: "typescript",
		tools: []string{"angular cli", "rxjs", "jasmine", "angular eslint", "angular devtools", "karma"},
		code: `@Injectable({ providedIn: 'root' })
export class ArticleService {
  private readonly http = inject(HttpClient);

  bySlug(slug: string): Observable<Article> {
    return this.http.get<Article>('/api/articles/' + encodeURIComponent(slug)).pipe(
      timeout(5000),
      retry({ count: 2, delay: 300 }),
    );
  }
}`,
	},
	{
		name: "svelte applications", language: "javascript",
		tools: []string{"sveltekit", "vite", "playwright", "svelte-check", "prettier", "vitest"},
		code: `import { error } from '@sveltejs/kit';

export async function load({ fetch, params, setHeaders }) {
  const answer = await fetch('/api/articles/' + params.slug);
  if (!answer.ok) error(answer.status, 'the article could not be loaded');
  setHeaders({ 'cache-control': 'public, max-age=60' });
  return { article: await answer.json() };
}`,
	},
	{
		name: "astro sites", language: "typescript",
		tools: []string{"astro cli", "vite", "zod", "prettier", "playwright", "pagefind"},
		code: `import { defineCollection, z } from 'astro:content';
import { glob } from 'astro/loaders';

const articles = defineCollection({
  loader: glob({ pattern: '**/*.md', base: './src/articles' }),
  schema: z.object({
    title: z.string().max(120),
    publishedAt: z.coerce.date(),
    draft: z.boolean().default(false),
  }),
});

export const collections = { articles };`,
	},
	{
		name: "web components", language: "javascript",
		tools: []string{"lit", "web test runner", "rollup", "eslint", "custom elements manifest"},
		code: `class ReadingTime extends HTMLElement {
  static observedAttributes = ['words'];

  attributeChangedCallback() {
    const words = Number(this.getAttribute('words')) || 0;
    this.textContent = Math.max(1, Math.ceil(words / 200)) + ' min';
  }
}

customElements.define('reading-time', ReadingTime);`,
	},
	{
		name: "css design systems", language: "css",
		tools: []string{"stylelint", "postcss", "lightning css", "storybook", "browserslist"},
		code: `@layer tokens, components;

@layer tokens {
  :root { --gap: 1rem; --accent: oklch(55% 0.15 250); }
}

@layer components {
  .card { display: grid; gap: var(--gap); container-type: inline-size; }
  @container (min-width: 40rem) {
    .card > .body { columns: 2; }
  }
}`,
	},
}

var contentTechnologies = []technology{
	{
		name: "wordpress", language: "php",
		tools: []string{"wp-cli", "query monitor", "phpunit", "composer", "phpcs"},
		code: `<?php
add_action( 'rest_api_init', function () {
    register_rest_route( 'archive/v1', '/articles/(?P<id>\d+)', array(
        'methods'             => 'GET',
        'permission_callback' => '__return_true',
        'callback'            => function ( WP_REST_Request $request ) {
            $post = get_post( (int) $request['id'] );
            return $post ? rest_ensure_response( $post->post_title )
                         : new WP_Error( 'not_found', 'unknown article', array( 'status' => 404 ) );
        },
    ) );
} );`,
	},
	{
		name: "shopify themes", language: "liquid",
		tools: []string{"shopify cli", "theme check", "lighthouse", "git"},
		code: `{% paginate blog.articles by 20 %}
  {% for article in blog.articles %}
    <article>
      <h2><a href="{{ article.url }}">{{ article.title | escape }}</a></h2>
      {{ article.image | image_url: width: 800 | image_tag: loading: 'lazy' }}
    </article>
  {% endfor %}
  {{ paginate | default_pagination }}
{% endpaginate %}`,
	},
	{
		name: "drupal", language: "php",
		tools: []string{"drush", "composer", "phpunit", "twig", "phpstan", "ddev"},
		code: `<?php

namespace Drupal\archive\Plugin\Block;

use Drupal\Core\Block\BlockBase;

class RecentArticles extends BlockBase {

  public function build() {
    return [
      '#theme' => 'item_list',
      '#items' => $this->titles(),
      '#cache' => ['tags' => ['node_list:article'], 'max-age' => 300],
    ];
  }

}`,
	},
	{
		name: "hugo sites", language: "toml",
		tools: []string{"hugo cli", "git", "html5validator", "pagefind", "netlify cli"},
		code: `baseURL = "https://archive.example.org/"
title = "article archive"
enableRobotsTXT = true

[pagination]
  pagerSize = 20

[outputs]
  home = ["html", "rss", "json"]

[minify]
  minifyOutput = true`,
	},
	{
		name: "ghost themes", language: "handlebars",
		tools: []string{"gscan", "ghost cli", "yarn", "gulp", "lighthouse"},
		code: `{{!< default}}
{{#foreach posts}}
  <article class="{{post_class}}">
    <h2><a href="{{url}}">{{title}}</a></h2>
    {{#if feature_image}}
      <img src="{{img_url feature_image size="m"}}" alt="{{title}}" loading="lazy">
    {{/if}}
    <p>{{excerpt words="30"}}</p>
  </article>
{{/foreach}}
{{pagination}}`,
	},
	{
		name: "strapi backends", language: "javascript",
		tools: []string{"strapi cli", "npm", "knex", "jest", "koa"},
		code: `'use strict';

const { createCoreController } = require('@strapi/strapi').factories;

module.exports = createCoreController('api::article.article', ({ strapi }) => ({
  async find(ctx) {
    const started = Date.now();
    const answer = await super.find(ctx);
    strapi.log.info('articles listed in ' + (Date.now() - started) + ' ms');
    return answer;
  },
}));`,
	},
}

var mobileTechnologies = []technology{
	{
		name: "android apps", language: "kotlin",
		tools: []string{"gradle", "android studio", "espresso", "leakcanary", "ktlint", "firebase test lab"},
		code: `class ArticleViewModel(private val articles: ArticleRepository) : ViewModel() {
    private val _state = MutableStateFlow<UiState>(UiState.Loading)
    val state: StateFlow<UiState> = _state.asStateFlow()

    fun load(slug: String) = viewModelScope.launch {
        _state.value = articles.find(slug)
            .fold({ UiState.Ready(it) }, { UiState.Failed(it.message) })
    }
}`,
	},
	{
		name: "ios apps", language: "swift",
		tools: []string{"xcode", "xctest", "swiftlint", "instruments", "fastlane"},
		code: `struct ArticleClient {
    let session: URLSession

    func article(slug: String) async throws -> Article {
        let url = URL(string: "https://archive.example.org/v1/posts/")!.appending(path: slug)
        let (data, response) = try await session.data(from: url)
        guard (response as? HTTPURLResponse)?.statusCode == 200 else {
            throw URLError(.badServerResponse)
        }
        return try JSONDecoder().decode(Article.self, from: data)
    }
}`,
	},
	{
		name: "flutter apps", language: "dart",
		tools: []string{"flutter cli", "dart analyzer", "mockito", "flutter devtools", "fastlane"},
		code: `Future<Article> fetchArticle(http.Client client, String slug) async {
  final uri = Uri.https('archive.example.org', '/v1/posts/$slug');
  final response = await client.get(uri).timeout(const Duration(seconds: 5));
  if (response.statusCode != 200) {
    throw HttpException('status ${response.statusCode}', uri: uri);
  }
  return Article.fromJson(jsonDecode(response.body) as Map<String, dynamic>);
}`,
	},
	{
		name: "react native apps", language: "typescript",
		tools: []string{"expo", "metro", "jest", "detox", "hermes", "flipper"},
		code: `export function ArticleScreen({ articles, onEnd }: Props) {
  return (
    <FlatList
      data={articles}
      keyExtractor={(article) => article.slug}
      renderItem={({ item }) => <ArticleCard article={item} />}
      initialNumToRender={8}
      onEndReached={onEnd}
      onEndReachedThreshold={0.5}
    />
  );
}`,
	},
}
