package shortcode_test

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"testing"

	"alphanode/ingest/shortcode"
)

func TestExpand(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want, losses string }{
		{"nothing", "# A\n\n*b* {c} <d> `e`\n", "# A\n\n*b* {c} <d> `e`\n", ""},
		{"code of Hugo", "a\n\n{{< highlight xml \"linenos=table\" >}}\n<a b=\"c\">\n\n  &amp; *d*\n</a>\n{{< /highlight >}}\nb",
			"a\n\n<pre><code class=\"language-xml\">&lt;a b=&#34;c&#34;&gt;&#10;&#10;  &amp;amp; *d*&#10;&lt;/a&gt;&#10;</code></pre>\n\n\nb", ""},
		{"code of Liquid", "{% highlight ruby linenos %}\nputs \"{{ x }}\"\n{% endhighlight %}\n", "<pre><code class=\"language-ruby\">puts &#34;{{ x }}&#34;&#10;</code></pre>\n\n\n", ""},
		{"code of Octopress", "{% codeblock A title lang:js %}\nx\n{% endcodeblock %}\n\nb", "<pre><code class=\"language-js\">x&#10;</code></pre>\n\nb", ""},
		{"code in an item", "- a\n\n  {% highlight sh %}\n  x\n  {% endhighlight %}\n", "- a\n\n  <pre><code class=\"language-sh\">  x&#10;  </code></pre>\n\n\n", ""},
		{"code behind words", "a {{< highlight go >}}b*c*{{< /highlight >}}", "a \n\n<pre><code class=\"language-go\">b*c*</code></pre>\n\n", ""},
		{"code that never ends", "{% highlight go %}\nx\n", "\nx\n", "Liquid highlight 1"},
		{"raw", "{% raw %}{{ a }} {% b %}{% endraw %} c", "{{ a }} {% b %} c", ""},
		{"a comment", "a{% comment %} {{ b }} {% endcomment %}c", "ac", ""},
		{"code is left alone", "```\n{{< figure src=\"a.png\" >}} {% if %} :::note\n```\n`{% x %}` <pre>\n{{ a }}<B c={d}></pre>", "```\n{{< figure src=\"a.png\" >}} {% if %} :::note\n```\n`{% x %}` <pre>\n{{ a }}<B c={d}></pre>", ""},
		{"marks that keep a generator from code", "```\n{% raw %}{{ a }}{% endraw %}\n{{</* ref \"b\" */>}}\n```\n", "```\n{{ a }}\n{{< ref \"b\" >}}\n```\n", ""},
		{"a call that is shown", "{{</* ref \"b\" */>}}", "{{&lt; ref \"b\" >}}", ""},
		{"longer and other fences", "~~~~ a\n```\n{{< b >}}\n~~~\n~~~~\n{{< b >}}", "~~~~ a\n```\n{{< b >}}\n~~~\n~~~~\n", "shortcode b 1"},

		{"a figure", "{{< figure src=\"/a b.png\" alt=\"x < y\" caption=\"See [this](/c)\" link=\"/d\" width=\"300px\" >}}\nb",
			"<figure><a href=\"/d\"><img src=\"/a b.png\" alt=\"x &lt; y\" width=\"300\"></a><figcaption>See <a href=\"/c\">this</a></figcaption></figure>\n\n\nb", ""},
		{"an image by its place", "a {{< img \"b.jpg\" >}} c", "a \n\n<img src=\"b.jpg\">\n\n c", ""},
		{"an image of an include", "{% include figure.html image_path=\"/a.png\" alt='b' caption=\"c\" %}\n", "<figure><img src=\"/a.png\" alt=\"b\"><figcaption>c</figcaption></figure>\n\n\n", ""},
		{"an image of Octopress", "{% img left /a.png 300 200 b %}\n", "<img src=\"/a.png\">\n\n\n", ""},
		{"players", "{{< youtube abc_1-2 >}}\n\n{{< vimeo id=\"12\" title=\"b\" >}}\n\n{% youtube \"https://youtu.be/xyz\" %}\n\n{{ youtube(id=\"w\") }}\n",
			"<iframe src=\"https://www.youtube.com/embed/abc_1-2\"></iframe>\n\n<iframe src=\"https://player.vimeo.com/video/12\" title=\"b\"></iframe>\n\n<iframe src=\"https://www.youtube.com/embed/xyz\"></iframe>\n\n<iframe src=\"https://www.youtube.com/embed/w\"></iframe>\n\n\n", ""},
		{"posts of other sites", "{{< gist a 12 >}}\n\n{{< tweet user=\"a\" id=\"12\" >}}\n\n", "<a href=\"https://gist.github.com/a/12\">https://gist.github.com/a/12</a>\n\n<a href=\"https://twitter.com/a/status/12\">https://twitter.com/a/status/12</a>\n\n", ""},
		{"links of Hugo", "[a]({{< ref \"posts/b.md#c\" >}}) [d]({{% relref \"e\" %}})", "[a](/posts/b#c) [d](e)", ""},
		{"links of Jekyll", "[a]({% post_url 2014-09-15-b %}) [c]({% link _docs/d.md %}) [e]({{ site.baseurl }}/f) ![g]({{ '/h.png' | relative_url }})", "[a](/2014/09/15/b.html) [c](/_docs/d) [e](/f) ![g](/h.png)", ""},
		{"links of somebody's own", "[a]: {{ site.repository }}/b\n[c](<{{ d }}>) {{ e f }}", "[a]: {{site.repository}}/b\n[c](<{{d}}>) {{ e f }}", ""},
		{"a value inside an address", "[a](https://b.example/{{ c.d }}/e)", "[a](https://b.example/{{c.d}}/e)", ""},
		{"a call with an address", "{% weblink \"A b\", \"https://c.example/?d&e\" %}", "<a href=\"https://c.example/?d&amp;e\">A b</a>", ""},
		{"a link by its call", "{{< link \"/a\" >}}", "<a href=\"/a\">/a</a>", ""},
		{"words inside stay", "{{< note title=\"A b\" >}}\nc **d**\n{{< /note >}}\n{{< toc >}}", "<strong>A b</strong> \n\n\nc **d**\n\n", "shortcode note 1 shortcode toc 1"},
		{"Liquid", "{% if a %}b{% else %}c{% endif %}{%- assign d = 1 -%}", "bc", "Liquid assign 1 Liquid if 1"},
		{"a block of Zola", "{% quote(author=\"a\") %}\nb\n{% end %}\n", "\nb\n\n", "shortcode quote 1"},
		{"a quote of Octopress", "{% blockquote A %}\nb\n{% endblockquote %}\n", "<blockquote>\n\n\nb\n</blockquote>\n\n\n", ""},
		{"no name at all", "{{< a*b >}}", "", "shortcode without a proper name 1"},

		{"an admonition", "a\n:::note A *title*\nb\n:::\nc", "a\n\n<blockquote>\n\n**A *title***\n\nb\n\n</blockquote>\n\nc", ""},
		{"one without a title, in a list", "- a\n  :::tip\n  b\n  :::\n", "- a\n  \n  <blockquote>\n  \n  **Tip**\n  \n  b\n  \n  </blockquote>\n  \n", ""},
		{"one with brackets, in another, without end", "::::warning[A]{.b}\n:::info\nc\n:::\n", "\n<blockquote>\n\n**A**\n\n\n<blockquote>\n\n**Info**\n\nc\n\n</blockquote>\n\n\n</blockquote>\n\n", ""},
		{"colons that are none", ":::\na ::: b\n", ":::\na ::: b\n", ""},
		{"an alert", "> [!NOTE]\n> a\n\n- > [!tip]+ B\n  > c\n", "> **Note**\n> \n> a\n\n- > **B**\n  > \n  > c\n", ""},
		{"a link that is no alert", "> [!a](b)\n", "> [!a](b)\n", ""},

		{"attributes", "# A {#b .c}\n\n{: .d}\ne{:target=\"_blank\"} {#f}\n", "# A \n\n\ne {#f}\n", ""},
		{"imports", "import A from '@b/c';\nimport './d.css'\nimport {\n  e,\n  f\n} from 'g'\n\nimport is a word\n", "\nimport is a word\n", "MDX import 3"},
		{"components", "<Tabs>\n  <TabItem value=\"a\" label=\"B\">\n\n    c\n\n    ```js\n    d\n    ```\n\n  </TabItem>\n</Tabs>\n<Note>e</Note>", "\n<strong>B</strong>\n\n\n\nc\n\n```js\nd\n```\n\n\n\n<blockquote>\n\n\n<strong>Note</strong>\n\ne\n\n</blockquote>\n\n", "component TabItem 1 component Tabs 1"},
		{"elements under other names", "<Link to=\"/a\">b</Link> <A HREF=\"c\">d</A> <Foo.Bar/> List<String>", "<a href=\"/a\">b</a> <A HREF=\"c\">d</A>  List", "component Foo.Bar 1 component String 1"},
		{"an image that is imported", "import a from './b.png'\n\n<Image src={a} alt=\"c\" /> <img src={require('./d.png').default} style={{width: '1px'}} />", "\n<img src=\"./b.png\" alt=\"c\"> <img src=\"./d.png\" />", "MDX import 1"},
		{"a card", "<Card title=\"a\" href=\"/b\" />", "<a href=\"/b\">a</a>\n\n", "component Card 1"},
		{"indented code", "a\n\n    List<String> b\n", "a\n\n    List<String> b\n", ""},
		{"an element that is not closed", "<Foo a=\"b", "<Foo a=\"b", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, losses := shortcode.Expand(c.text, shortcode.Options{})
			if got != c.want {
				t.Errorf("got\n%q\nwant\n%q", got, c.want)
			}
			var told []string
			for kind, n := range losses {
				told = append(told, fmt.Sprint(kind, " ", n))
			}
			slices.Sort(told)
			if got := strings.Join(told, " "); got != c.losses {
				t.Errorf("left out %q, expected %q", got, c.losses)
			}
		})
	}
}

func TestExpandMDX(t *testing.T) {
	t.Parallel()
	text := "export const a = {\n  b: 1,\n\n  c: 2,\n}\n\n{/* d */}e{' '}f {\"g\"} {h}\n<>i</>\n"
	got, losses := shortcode.Expand(text, shortcode.Options{MDX: true})
	if want := "\ne f g {h}\ni\n"; got != want || losses["MDX export"] != 1 {
		t.Errorf("got %q and %v, expected %q and an export", got, losses, want)
	}
}

// An export goes from what is MDX by its imports or components, whatever its file is called; a text that begins with
// the word stays.
func TestExpandExports(t *testing.T) {
	t.Parallel()
	const export = "export const Highlight = ({children, color}) => (\n  <span>{children}</span>\n);\n\n"
	for _, c := range []struct{ name, text, want string }{
		{"behind an import", "import A from '@b/c';\n" + export + "d\n", "\nd\n"},
		{"before a component", export + "<Highlight color=\"a\">d</Highlight>\n", "\nd\n"},
		{"with a default", "import A from 'b'\n\nexport default function C() {\n  return 1\n}\n\nd\n", "\n\nd\n"},
		{"passed on", "import A from 'b'\n\nexport {c, d} from './e'\nexport * from 'f'\n\ng\n", "\n\ng\n"},
		{"in what is no MDX", export + "d\n", export + "d\n"},
		{"in a sample", "import A from 'b'\n\n```js\nexport const c = 1\n```\n", "\n```js\nexport const c = 1\n```\n"},
		{"inside a paragraph", "import A from 'b'\n\nWe write\nexport const c = 1\nhere.\n", "\nWe write\nexport const c = 1\nhere.\n"},
		{"words", "import A from 'b'\n\nexport default settings to a file.\n\nexport classes are dear.\n\nexport let us do so\n\nexport\n",
			"\nexport default settings to a file.\n\nexport classes are dear.\n\nexport let us do so\n\nexport\n"},
	} {
		if got, _ := shortcode.Expand(c.text, shortcode.Options{}); got != c.want {
			t.Errorf("%s: got %q, expected %q", c.name, got, c.want)
		}
	}
}

func TestExpandHTML(t *testing.T) {
	t.Parallel()
	text := "<p>`{{< figure src=\"a.png\" >}}`</p>\n:::note\n{% highlight go %}x{% endhighlight %}<Foo>b</Foo>"
	got, _ := shortcode.Expand(text, shortcode.Options{HTML: true})
	if want := "<p>`<img src=\"a.png\">`</p>\n:::note\n<pre><code class=\"language-go\">x</code></pre><Foo>b</Foo>"; got != want {
		t.Errorf("got %q, expected %q", got, want)
	}
}

// TestExpandIsLinear: what opens and never closes is looked at once. A square would take hours.
func TestExpandIsLinear(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"{{", "{%", "{{<", "{{< a", "{{< \"", "{% a %}", "{% raw %}", "{% highlight a %}", "{{< highlight a >}}", "<!--", "<pre>", "<A b={", "<Ab ", "<Ab>", "`", "`` ` ", "{", "{: ", "# {#", ":::a\n", "{/*", "{a", "import {\n", "export const a = {\n", "> [!a]\n", "{{<a>}}"} {
		text := strings.Repeat(part, (128<<10)/len(part))
		for _, mdx := range []bool{false, true} {
			if out, _ := shortcode.Expand(text, shortcode.Options{MDX: mdx}); len(out) > 64*len(text) {
				t.Errorf("%q: %d bytes became %d", part, len(text), len(out))
			}
		}
	}
}

// FuzzExpand holds that code comes out as it went in, whatever stands around it.
func FuzzExpand(f *testing.F) {
	for _, text := range []string{
		"{{< figure src=\"a.png\" caption=\"b\" >}}", "{% raw %}{{ a }}{% endraw %}", "{{< note >}}\nb\n{{< /note >}}", ":::note\n```\nc\n```\n:::", "> [!NOTE]\n> a",
		"<Tabs>\n  <Tab a={b} {...c}>\n    d\n</Tabs>", "import {\n a } from 'b'\n", "`` a ` b ``", "{{ a(b=\"c\") }}", "{% a(b=1) %}c{% end %}", "# a {#b}", "{: .a}", "<!-- {{< a >}} -->", "{/* a */}", "{{ 'a' | url }}",
	} {
		f.Add(text, "<a>\n\n&amp; {{ b }}", false)
		f.Add(text, "c", true)
	}
	f.Fuzz(func(t *testing.T, text, code string, mdx bool) {
		out, _ := shortcode.Expand(text, shortcode.Options{MDX: mdx})
		if len(out) > 64*len(text)+1024 {
			t.Fatalf("%d bytes became %d", len(text), len(out))
		}
		if strings.Contains(code, "{%") || strings.HasPrefix(code, "\n") || strings.HasPrefix(code, "\r") {
			return
		}
		out, _ = shortcode.Expand("{% highlight a %}\n"+code+"{% endhighlight %}\n\n"+text, shortcode.Options{MDX: mdx})
		rest, ok := strings.CutPrefix(out, `<pre><code class="language-a">`)
		got, _, closed := strings.Cut(rest, "</code></pre>\n")
		if !ok || !closed || strings.Contains(got, "\n") || html.UnescapeString(got) != code {
			t.Fatalf("the code %q became %q", code, out)
		}
	})
}

func BenchmarkExpand(b *testing.B) {
	text := strings.Repeat("Some words with [a link](/b) and `code`, and more of them.\n\n```go\nfunc f() {}\n```\n\n{{< figure src=\"a.png\" >}}\n\n", 100)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		shortcode.Expand(text, shortcode.Options{})
	}
}
