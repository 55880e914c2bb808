package blocks_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"alphanode/content"
	"alphanode/ingest/blocks"
)

// page is HTML by chance, and what a reader must find of it again.
type page struct {
	t      *rapid.T
	markup strings.Builder
	words  []string
	links  []string
	images []string
	linked bool // inside a link, which holds no other
}

var (
	around  = []string{"div", "section", "article", "blockquote", "ul", "ol", "details", "table", "figure", "dl", "center", "custom-box", "b", "span"}
	blocky  = []string{"p", "h2", "h5", "pre", "div", "li", "blockquote", "summary"}
	inlines = []string{"b", "em", "code", "span", "cite", "sup", "u", "font", "ruby", "time", "label", "unknown"}
)

func (p *page) chance(percent int) bool { return rapid.IntRange(0, 99).Draw(p.t, "chance") < percent }

func (p *page) pick(names []string) string { return rapid.SampledFrom(names).Draw(p.t, "name") }

func (p *page) word() {
	word := fmt.Sprintf("word%dx", len(p.words))
	p.words = append(p.words, word)
	p.markup.WriteString(word)
	if p.chance(60) {
		p.markup.WriteString(p.pick([]string{" ", "\n", ", ", "&amp;", " &lt; ", "<br>", "<!-- c -->", "<script>no</script>", "<wbr>", "&nbsp;"}))
	}
}

// end leaves out an end tag now and then.
func (p *page) end(name string) {
	if !p.chance(8) {
		p.markup.WriteString("</" + name + ">")
	}
}

func (p *page) inline(depth int) {
	for range rapid.IntRange(1, 3).Draw(p.t, "pieces") {
		switch n := rapid.IntRange(0, 9).Draw(p.t, "inline"); {
		case n < 5 || depth == 0:
			p.word()
		case n == 5 && !p.linked:
			link := fmt.Sprintf("https://a.example/link%dx", len(p.links))
			p.links = append(p.links, link)
			p.markup.WriteString(`<a href="` + link + `">`)
			p.word()
			p.linked = true
			p.inline(depth - 1)
			p.linked = false
			p.markup.WriteString("</a>")
		case n == 6:
			image := fmt.Sprintf("https://a.example/image%dx", len(p.images))
			p.images = append(p.images, image)
			p.markup.WriteString(`<img src="` + image + `">`)
		default:
			name := p.pick(inlines)
			p.markup.WriteString("<" + name + ">")
			p.inline(depth - 1)
			if p.linked {
				p.markup.WriteString("</" + name + ">")
			} else {
				p.end(name)
			}
		}
	}
}

func (p *page) blocks(depth int) {
	for range rapid.IntRange(1, 4).Draw(p.t, "blocks") {
		switch n := rapid.IntRange(0, 9).Draw(p.t, "block"); {
		case n < 4 && depth > 0:
			name := p.pick(around)
			p.markup.WriteString("<" + name + ">\n")
			if name == "ul" || name == "ol" {
				p.markup.WriteString("<li>")
			}
			if name == "table" {
				p.markup.WriteString("<tr><td>")
			}
			p.blocks(depth - 1)
			p.end(name)
		case n < 8:
			name := p.pick(blocky)
			p.markup.WriteString("<" + name + ">")
			p.inline(3)
			p.end(name)
		default:
			p.inline(3)
		}
	}
}

// Every word, link and image of random HTML is there again, in their order but for captions.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := page{t: t}
		p.blocks(5)
		got := blocks.FromHTML(p.markup.String(), blocks.Options{})
		post := content.Post{Body: got.Blocks}
		post.Settle()
		text, markup := post.Text(), post.HTML()
		for _, b := range post.Body {
			if f, ok := b.(content.Figure); ok {
				text += " " + f.Caption
			}
		}
		missing := func(kind string, wanted []string, in string) {
			for _, s := range wanted {
				if !strings.Contains(in, s) {
					t.Fatalf("the %s %s is lost of\n%s\nin\n%s", kind, s, p.markup.String(), asJSON(got.Blocks))
				}
			}
		}
		missing("word", p.words, text)
		missing("link", p.links, markup)
		missing("image", p.images, markup)
		if len(got.Images) != len(p.images) {
			t.Fatalf("found %d images, expected %d", len(got.Images), len(p.images))
		}
	})
}

// What FromHTML makes settles once and for all, says nothing of scripts, and has a text
// wherever mark-up has one.
func checkBody(t *testing.T, markup string, b blocks.Body) {
	t.Helper()
	post := content.Post{Slug: "a", Title: "a", Body: b.Blocks}
	post.Settle()
	once := string(post.AppendJSON(nil))
	post.Settle()
	if twice := string(post.AppendJSON(nil)); twice != once {
		t.Fatalf("settled twice it differs: %q\n%s\n%s", markup, once, twice)
	}
	if shown := strings.ToLower(post.HTML()); strings.Contains(shown, "<script") || strings.Contains(shown, "<style") {
		t.Fatalf("left in: %q", shown)
	}
	faults := slices.DeleteFunc(post.Validate(), func(f content.Fault) bool { return f.Path == "body" }) // too many blocks
	if len(faults) > 0 {
		t.Fatalf("%q: %v", markup, faults)
	}
	for kind, n := range b.Losses {
		if n < 1 {
			t.Fatalf("%q: %s %d times", markup, kind, n)
		}
	}
}

func FuzzFromHTML(f *testing.F) {
	for _, markup := range []string{
		"a <b>b</b>", "<script>x", `<p onclick=x>a<style>b`, "<table><tr><td>1<table><td>2</table>", "<ul><li>a<ul><li>b</ul>c", "<pre>\n\na<br>b", "<svg><script>x</script><p>y",
		`<img src="x y" srcset=", ,a 1x,b">`, `<figure><img src=a><figcaption><img src=b>`, "<blockquote><p>a</p><cite>", "<a href=x><p>a<a>b", "<br><br></br></p>", "<h1><h2><div></h1>", "<title>a<textarea><xmp>b<plaintext>c",
		"<noscript><img src=a></noscript><iframe/>x", "\x00<\x00b>", "<a\x0b href=x>b", "<input type=checkbox checked>", "<li>a</ul></table><td>b", "<picture><source srcset=a><img>", "<!--", "<![CDATA[a]]>", "&#0;&#x110000;&notit;", "<math><mi>x",
		`<a b="1"c='2' d=3 <=4>`, "<img src=http://[>", "<img src=//%zz>", "<img width=99999999999999999999 src=a>",
	} {
		f.Add(markup)
	}
	f.Fuzz(func(t *testing.T, markup string) {
		checkBody(t, markup, blocks.FromHTML(markup, blocks.Options{}))
	})
}

// Nesting without end takes no more than its length.
func TestNestsWithoutEnd(t *testing.T) {
	t.Parallel()
	for i, name := range []string{"div", "b", "ul><li", "blockquote", "table><tr><td", "figure", "a href=x", "pre", "p><span", "li", "x-y", "dl><dd", "noscript", "font", "details", "svg", "picture"} {
		deep := 100_000
		if i > 2 && testing.Short() {
			deep = 10_000
		}
		markup := strings.Repeat("<"+name+">", deep) + "word" + strings.Repeat("</"+name[strings.LastIndexByte(name, '<')+1:]+">", deep)
		b := blocks.FromHTML(markup, blocks.Options{})
		post := content.Post{Body: b.Blocks}
		if text := post.Text(); name != "svg" && !strings.Contains(text, "word") {
			t.Errorf("%s: found the text %.80q, expected the word", name, text)
		}
	}
}

// A body of nothing but elements takes no more memory than a million of them; the words behind them are there.
func TestElementsWithoutNumber(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a million elements take long when races are looked for")
	}
	b := blocks.FromHTML(strings.Repeat("<i>", 1<<20+100)+"<p>last <b>words</b>", blocks.Options{})
	post := content.Post{Body: b.Blocks}
	if text := post.Text(); text != "last words" || b.Losses[blocks.LostMany] != 1 {
		t.Errorf("found %.80q and the losses %v", text, b.Losses)
	}
}
