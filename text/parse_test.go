package text_test

import (
	"errors"
	"slices"
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

// parse reads a query as texts of a language take it.
func parse(typed string, a text.Analysis) (text.Query, error) {
	q, err := text.Parse(typed)
	return q.For(a), err
}

func TestParseFor(t *testing.T) {
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
		q, err := parse(typed, text.English)
		if found := written(q); err != nil || found != want {
			t.Errorf("%q: found %q, %v; expected %q", typed, found, err, want)
		}
	}
	for _, typed := range []string{"", "  ", `""`, "-x", "NOT x", "()", "OR AND"} {
		if q, err := parse(typed, text.English); !errors.Is(err, text.ErrNoWords) {
			t.Errorf("%q: found %q, %v", typed, written(q), err)
		}
	}
	tooMany := (*text.TooManyWordsError)(nil)
	if _, err := parse(strings.Repeat("a ", 10_000), text.English); !errors.As(err, &tooMany) || tooMany.Words != 10_000 {
		t.Errorf("found %v", err)
	}
	if q, err := parse("the cache ", text.Plain); err != nil || written(q) != "+the, +cache" {
		t.Errorf("without stemming: found %q, %v", written(q), err)
	}
}

// TestParse: what is typed, for no language yet. A ! in front says that operators were meant.
func TestParse(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"how to cache in redis ": "+how, +to, +cache, +in, +redis",
		// operators, where they are meant
		`"keep a" x `: "!+keep a, +x", "a OR b ": "!+a|b", "a | b ": "!+a|b", "a -b ": "!+a, -b", "a NOT b ": "!+a, -b", "a AND b ": "!+a, +b", "a && b ": "!+a, +b",
		"OR a ": "+a", "a OR ": "+a", "AND a ": "+a", "a - b ": "+a, +b", `"" a `: "+a", "«mot à mot» b ": "!+mot a mot, +b", "NOT -a b ": "!-a, +b",
		"a or not b ": "+a, +or, +not, +b",
		// capitals
		"WHY NOT RUST ": "+why, +not, +rust", "NOT RUST ": "+not, +rust", "SQL NOT CSS ": "+sql, +not, +css", "WHAT IS NOT SQL OR CSS ": "+what, +is, +not, +sql, +or, +css",
		"SQL OR CSS ": "!+sql|css", `"HTTP 2" OR QUIC `: "!+http 2|quic", "TCP AND UDP ": "!+tcp, +udp", "SQL OR CSS OR HTML ": "+sql, +or, +css, +html", "SQL | CSS | C ": "!+sql|css|c",
		"redis OR memcached ": "!+redis|memcached", "REDIS OR memcached ": "!+redis|memcached", "REDIS NOT memcached ": "!+redis, -memcached", "REDIS -MEMCACHED ": "!+redis, -memcached",
		"2024 NOT 2025 ": "!+2024, -2025", "東京 NOT 大阪 ": "!+東 京, -大 阪", "OR NOT ЧТО ": "+or, +not, +что", "ÄPFEL OR BIRNEN JETZT ": "+apfel, +or, +birnen, +jetzt",
		// apostrophes
		"l'harmonie ": "+harmonie", "L´harmonie ": "+harmonie", "o'reilly ": "+oreilly", "l'harm": "+harm*", "don't ": "+dont", "rock ’n’ roll ": "+rock, +n, +roll",
		// characters that are words each
		"日本 ": "+日 本", "日本語 ": "+日 本 語", "設定変更": "+設 定 変 更", "設定を変更": "+設 定, +定 を, +を 変, +変 更",
		"ウェブサーバー": "+ウ ェ ブ サ ー バ ー", "ウェブサーバーの設定": "+ウ ェ ブ サ ー バ ー, +の 設 定", "らーめん": "+ら ー め ん", "ｻｰﾊﾞｰ": "+サ ー バ ー",
		"서버 설정": "+서 버, +설 정", "서버설정방법": "+서 버, +버 설, +설 정, +정 방, +방 법", "สวัสดีครับ ": "+ส วั, +วั ส, +ส ดี, +ดี ค, +ค รั, +รั บ", "สวั": "+ส วั*",
		"ພາສາລາວ": "+ພ າ, +າ ສ, +ສ າ, +າ ລ, +ລ າ, +າ ວ*", "ភាសា": "+ភា សា*", "မြန်မာစာ": "+မြ န် မာ စာ*",
		"redis配置 ": "+redis, +配 置", "5月 ": "+5, +月", "用C++ ": "+用, +c++", `"設定を変更する" `: "!+設 定 を 変 更 す る", "a OR 設定を変更 b ": "!+a|設 定 を 変 更, +b",
		"設定を変更 OR redis配置 ": "!+設 定 を 変 更|redis 配 置", "a -設定を変更 ": "!+a, -設 定 を 変 更", "설정/변경 ": "+설 정 변 경",
		// other scripts
		"хранение данных ": "+хранение, +данных", "مُحَمَّد ": "+محمد", "שלום abc ": "+שלום, +abc", "हिन्दी में ": "+हिन्दी, +में",
		// what is odd
		"\xed\xa0\x80 a ": "+a", "\u202eabc\u202c d ": "+abc, +d", "e" + strings.Repeat("\u0301", 5000) + " ": "+e", strings.Repeat("x", 60<<10) + " ": "+" + strings.Repeat("x", 64),
		strings.Repeat("a b ", 16): "+a, +b", "| & - \" a": "!+a", "a || && OR -": "+a",
	} {
		q, err := text.Parse(typed)
		found := written(q)
		if q.Operators {
			found = "!" + found
		}
		if err != nil || found != want {
			t.Errorf("%.40q: found %q, %v; expected %q", typed, found, err, want)
		}
	}
	for typed, words := range map[string]int{strings.Repeat("a ", 65): 65, strings.Repeat("設", 129): 65, strings.Repeat("a ", 10) + strings.Repeat("서", 120): 70} {
		tooMany := (*text.TooManyWordsError)(nil)
		if _, err := text.Parse(typed); !errors.As(err, &tooMany) || tooMany.Words != words {
			t.Errorf("%.40q: found %v", typed, err)
		}
	}
	// Of many characters the pairs do not overlap.
	for characters, clauses := range map[int]int{4: 1, 5: 4, 65: 64, 66: 33, 101: 51, 128: 64} {
		typed := ""
		for i := range characters {
			typed += string('가' + rune(i))
		}
		if q, err := text.Parse(typed); err != nil || len(q.Clauses) != clauses || len(q.Words()) != characters {
			t.Errorf("%d characters: found %q, %v", characters, written(q), err)
		}
	}
	for _, typed := range []string{"OR", "|", "NOT", "-", "AND", "&", `"`, "OR NOT AND", "| || & &&", "'", "ـ", "\xff"} {
		if q, err := text.Parse(typed); !errors.Is(err, text.ErrNoWords) {
			t.Errorf("%q: found %q, %v", typed, written(q), err)
		}
	}
}

// TestApart: in a longer text without operators hyphens join nothing, and what is typed
// again is counted.
func TestApart(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"redis-cli monitor slow ":          "+redis cli, +monitor, +slow",
		"what is free-flight testing ":     "+what, +is, +free, +flight, +testing",
		"what is node.js good for ":        "+what, +is, +node js, +good, +for",
		"the air-to-air range of a-b_c ":   "+the, +air, +to, +range, +of, +a b c",
		`the free-flight "range test" of `: "+the, +free flight, +range test, +of",
		"how to read a free-fl":            "+how, +to, +read, +a, +free, +fl*",
	} {
		q, err := text.Parse(typed)
		if found := written(q.Apart()); err != nil || found != want {
			t.Errorf("%q: found %q, %v; expected %q", typed, found, err, want)
		}
	}
	q, err := text.Parse("cache the cache in-the-cache and more ")
	if err != nil || q.Apart().Clauses[0].Again != 2 || q.Clauses[0].Again != 1 {
		t.Errorf("found %+v, %v, expected cache three times, and twice where hyphens join", q, err)
	}
}

// TestFor: what says nothing goes by the language, quotations stay.
func TestFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a           text.Analysis
		typed, want string
	}{
		{text.English, "how to cache in redis ", "+cache, +redis"},
		{text.English, "how don't ", "+how, +dont"},
		{text.English, `"the" cache `, "+the, +cache"},
		{text.English, "cache -the ", "+cache, -the"},
		{text.English, "WHY NOT RUST ", "+rust"},
		{text.French, "comment l'eau est à nous ", "+eau"},
		{text.French, "le cache et l'été ", "+cache, +ete"},
		{text.German, "wie für der Cache ", "+cache"},
		{text.German, "the cache ", "+the, +cache"},
		{text.Russian, "как хранить что-то ", "+хранить, +что то"},
		{text.Plain, "the cache ", "+the, +cache"},
	} {
		q, err := text.Parse(c.typed)
		if found := written(q.For(c.a)); err != nil || found != c.want {
			t.Errorf("%s: %q: found %q, %v; expected %q", c.a, c.typed, found, err, c.want)
		}
	}
	q, _ := text.Parse(`the "the" -the cache the OR of `)
	var common []bool
	for _, clause := range q.Clauses {
		common = append(common, clause.Common(text.English))
	}
	if !slices.Equal(common, []bool{true, false, false, false, true}) {
		t.Errorf("found %v of %q", common, written(q))
	}
	if !q.Clauses[1].Any[0].Quoted || q.Clauses[0].Any[0].Quoted {
		t.Errorf("found %+v", q)
	}
}

// FuzzParse: anything can be typed, and what comes of it is bounded.
func FuzzParse(f *testing.F) {
	for _, s := range []string{`redis "keep a`, "-x OR y", "node.js c++", "“a” -“b", "a\xff\x00b", "WHY NOT", "設定を変更する方法 OR redis配置", "ค่ำ -서버의설정을 l'eau", strings.Repeat("設", 60)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		q, err := text.Parse(typed)
		tooMany := (*text.TooManyWordsError)(nil)
		switch {
		case errors.Is(err, text.ErrNoWords):
			return
		case errors.As(err, &tooMany) && tooMany.Words > text.MaxWords:
			return
		case err != nil:
			t.Fatalf("%q: found %v", typed, err)
		}
		words, wanted := 0, false
		for _, c := range q.Clauses {
			wanted = wanted || !c.Not
			for _, p := range c.Any {
				words += len(p.Words)
				if p.Prefix && (c.Not || p.Quoted) || len(p.Words) == 0 || slices.Contains(p.Words, "") {
					t.Fatalf("%q: found %q", typed, written(q))
				}
			}
		}
		if !wanted || words > 2*text.MaxWords || len(q.Clauses) > text.MaxWords {
			t.Fatalf("%q: found %d words in %d clauses", typed, words, len(q.Clauses))
		}
		for a := range text.Analyses {
			if len(q.For(text.Analysis(a)).Words()) == 0 {
				t.Fatalf("%q: nothing is left in %s", typed, text.Analysis(a))
			}
		}
	})
}
