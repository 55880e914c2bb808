package naming_test

import (
	"testing"

	"alphanode/ingest/naming"
)

func TestLanguage(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"pt_BR": "pt-BR", "zh-cn": "zh-CN", "zh_hans_cn": "zh-Hans-CN", "FR": "fr", "en_US.UTF-8": "en-US", "sr_RS@latin": "sr-RS",
		"de_DE_formal": "de-DE", "es-419": "es-419", "iw": "iw", " it ": "it",
		"english": "", "C": "", "und": "", "x-ours": "", "go": "", "": "", "qqzz": "", "fr;drop": "",
	} {
		if got := naming.Language(value); got != want {
			t.Errorf("Language(%q) = %q, expected %q", value, got, want)
		}
	}
}

func TestLanguageSuffix(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ slug, tag, own, want string }{
		{"hello", "fr", "en", "-fr"}, {"hello", "zh-CN", "en", "-zh-cn"}, {"hello", "en", "en", ""}, {"hello", "", "en", ""},
		{"hello", "fr", "", ""}, {"hello-fr", "fr", "en", ""}, {"hello", "pt-BR", "pt", "-pt-br"},
	} {
		if got := naming.LanguageSuffix(c.slug, c.tag, c.own); got != c.want {
			t.Errorf("LanguageSuffix(%q, %q, %q) = %q, expected %q", c.slug, c.tag, c.own, got, c.want)
		}
	}
}

// TestFindLanguages: each archive is a list of files, with the language that each is in
// and what its path is without that.
func TestFindLanguages(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]map[string][2]string{
		"folders of languages alone": {
			"content/en/a.md": {"en", "content/a.md"}, "content/fr/b/index.md": {"fr", "content/b/index.md"}, "content/zh-cn/c.md": {"zh-CN", "content/c.md"},
			"content/about.md": {"", "content/about.md"},
		},
		"at the top": {"en/a.md": {"en", "a.md"}, "pt_BR/a.md": {"pt-BR", "a.md"}},
		"one language beside another folder, under i18n": {
			"blog/a.md": {"", "blog/a.md"}, "i18n/de/blog/a.md": {"de", "i18n/blog/a.md"}, "i18n/common/x.md": {"", "i18n/common/x.md"},
		},
		"English alone": {"content/en/blog/a.md": {"en", "content/blog/a.md"}},
		"subjects that are languages too": {
			"posts/go/a.md": {"", "posts/go/a.md"}, "posts/it/b.md": {"", "posts/it/b.md"}, "posts/is/c.md": {"", "posts/is/c.md"}, "posts/cs/index.md": {"", "posts/cs/index.md"},
			"posts/it/index.md": {"", "posts/it/index.md"},
		},
		"one subject that is a language too": {"posts/it/a.md": {"", "posts/it/a.md"}},
		"words that are languages too":       {"posts/new/a.md": {"", "posts/new/a.md"}, "posts/old/a.md": {"", "posts/old/a.md"}},
		"translations beside other folders": {
			"docs/fr/a.md": {"fr", "docs/a.md"}, "docs/de/a.md": {"de", "docs/a.md"}, "docs/it/x.md": {"", "docs/it/x.md"}, "docs/guide/a.md": {"", "docs/guide/a.md"},
		},
		"beside the archive's own, file by file": {
			"content/posts/c.md": {"", "content/posts/c.md"}, "content/posts/d.md": {"", "content/posts/d.md"}, "content/fr/c.md": {"fr", "content/c.md"}, "content/about.md": {"", "content/about.md"},
		},
		"beside the files themselves":         {"content/c.md": {"", "content/c.md"}, "content/fr/c.md": {"fr", "content/c.md"}, "content/fr/e.md": {"fr", "content/e.md"}},
		"beside the archive's own, of Jekyll": {"_posts/2014-09-15-a.md": {"", "_posts/2014-09-15-a.md"}, "fr/_posts/2014-09-16-b.md": {"fr", "_posts/2014-09-16-b.md"}},
		"beside the archive's own, of Hugo": {
			"content/posts/a.md": {"", "content/posts/a.md"}, "content/pt-br/posts/b.md": {"pt-BR", "content/posts/b.md"}, "content/it/posts/b.md": {"it", "content/posts/b.md"},
		},
		"subjects beside others": {
			"posts/go/a.md": {"", "posts/go/a.md"}, "posts/go/b.md": {"", "posts/go/b.md"}, "posts/it/b.md": {"", "posts/it/b.md"}, "posts/it/images/b.png": {"", "posts/it/images/b.png"}, "posts/images/c.png": {"", "posts/images/c.png"},
			"posts/id/README.md": {"", "posts/id/README.md"}, "posts/README.md": {"", "posts/README.md"}, "posts/de/x.md": {"", "posts/de/x.md"}, "posts/de/y.md": {"", "posts/de/y.md"}, "posts/de/a.md": {"", "posts/de/a.md"},
		},
		"in the name": {
			"posts/name.md": {"", "posts/name.md"}, "posts/name.fr.md": {"fr", "posts/name.md"}, "posts/b/index.pt-br.md": {"pt-BR", "posts/b/index.md"},
			"posts/other.it.md": {"it", "posts/other.md"},
		},
		"in the name and in the folder": {"en/a.fr.md": {"fr", "a.md"}, "de/b.md": {"de", "b.md"}},
		"names of programs and sites": {
			"posts/node.js.md": {"", "posts/node.js.md"}, "posts/socket.io.md": {"", "posts/socket.io.md"}, "posts/asp.net.md": {"", "posts/asp.net.md"},
			"posts/v1.is.md": {"", "posts/v1.is.md"}, ".fr.md": {"", ".fr.md"}, "posts/.it.md": {"", "posts/.it.md"},
		},
	} {
		var paths []string
		for file := range files {
			paths = append(paths, file)
		}
		languages := naming.FindLanguages(paths)
		for file, want := range files {
			if tag, rest := languages.Of(file); tag != want[0] || rest != want[1] {
				t.Errorf("%s: Of(%q) = %q, %q, expected %q", name, file, tag, rest, want)
			}
		}
	}
}
