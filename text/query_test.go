package text_test

import (
	"errors"
	"strings"
	"testing"

	"alphanode/text"
)

// written writes a query so that two that mean the same look the same: + before
// each clause or -, its phrases apart by |, * behind an unfinished word.
func written(q text.Query) string {
	var clauses []string
	for _, c := range q.Clauses {
		var any []string
		for _, p := range c.Any {
			s := strings.Join(p.Words, " ")
			if p.Prefix {
				s += "*"
			}
			any = append(any, s)
		}
		sign := "+"
		if c.Not {
			sign = "-"
		}
		clauses = append(clauses, sign+strings.Join(any, "|"))
	}
	return strings.Join(clauses, ", ")
}

func TestParseQuery(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"Redis cache ":               "+redis, +cache",
		"redis cach":                 "+redis, +cach*",
		"redis redis ":               "+redis",
		`"keep a rollback" ready `:   "+keep a rollback, +ready",
		`"keep a rollback`:           "+keep a rollback",
		`say "so" "`:                 "+say, +so",
		`“keep a” x`:                 "+keep a, +x*",
		"redis OR memcached ":        "+redis|memcached",
		"redis OR OR x | y || z ":    "+redis|x|y|z",
		"OR redis OR":                "+redis",
		`a1 OR "b c" d `:             "+a1|b c, +d",
		"redis -windows":             "+redis, -windows",
		`redis -"old stack" NOT x `:  "+redis, -old stack, -x",
		"redis OR -windows":          "+redis, -windows",
		"-windows OR redis ":         "-windows, +redis",
		"redis - windows":            "+redis, +windows*",
		"redis --force ":             "+redis, +force",
		"how to cache in redis ":     "+cache, +redis",
		"how to":                     "+how, +to*",
		"redis your":                 "+redis",
		"redis OR node.js":           "+redis|node js*",
		"日本":                         "+日 本",
		"how to ":                    "+how, +to",
		"the OR redis x ":            "+the|redis, +x",
		"node.js e-mail pg_stat ":    "+node js, +e mail, +pg stat",
		"node.j":                     "+node j*",
		"foo,bar (baz) ":             "+foo, +bar, +baz",
		"c++ ":                       "+c++",
		"redis AND cache ":           "+redis, +cache",
		"缓存 ":                        "+缓 存",
		"-- && redis":                "+redis*",
		`x ""`:                       "+x",
		"\xff redis":                 "+redis*",
		strings.Repeat("a2 ", 32):    "+a2",
		"redis (cache OR memcached)": "+redis, +cache|memcached",
	} {
		q, err := text.ParseQuery(typed, text.EnglishStemming)
		if found := written(q); err != nil || found != want {
			t.Errorf("%q: found %q, %v; expected %q", typed, found, err, want)
		}
	}
	for _, typed := range []string{"", "  ", `""`, "-x", "NOT x", "()", "OR AND"} {
		if q, err := text.ParseQuery(typed, text.EnglishStemming); !errors.Is(err, text.ErrNoWords) {
			t.Errorf("%q: found %q, %v", typed, written(q), err)
		}
	}
	tooMany := (*text.TooManyWordsError)(nil)
	if _, err := text.ParseQuery(strings.Repeat("a ", 10_000), text.EnglishStemming); !errors.As(err, &tooMany) || tooMany.Words != 10_000 {
		t.Errorf("found %v", err)
	}
	if q, err := text.ParseQuery("the cache ", text.NoStemming); err != nil || written(q) != "+the, +cache" {
		t.Errorf("without stemming: found %q, %v", written(q), err)
	}
}

// FuzzParseQuery: anything can be typed, and what comes of it is bounded.
func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{`redis "keep a`, "-x OR y", "node.js c++", "“a” -“b", "a\xff\x00b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		q, err := text.ParseQuery(typed, text.EnglishStemming)
		if err != nil {
			return
		}
		words := 0
		for _, c := range q.Clauses {
			for _, p := range c.Any {
				words += len(p.Words)
				if p.Prefix && c.Not {
					t.Fatalf("%q: found a prefix in %q", typed, written(q))
				}
			}
		}
		if words == 0 || words > text.MaxWords {
			t.Fatalf("%q: found %d words", typed, words)
		}
	})
}
