package php_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"alphanode/ingest/php"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, want, warning string }{
		{`N;`, `null`, ""},
		{`b:1;`, `true`, ""},
		{`b:0;`, `false`, ""},
		{`i:-7;`, `-7`, ""},
		{`i:9223372036854775807;`, `9223372036854775807`, ""},
		{`d:0.10;`, `0.10`, ""},
		{`d:.5;`, `0.5`, ""},
		{`d:1.0E+25;`, `1.0E+25`, ""},
		{`d:-INF;`, `"-INF"`, ""},
		{`d:NAN;`, `"NAN"`, ""},
		{`d:1e999;`, `"1e999"`, ""},
		{`s:0:"";`, `""`, ""},
		{`s:5:"a"b;c";`, `"a\"b;c"`, ""},
		{`s:6:"Åsa ö";`, `"Åsa ö"`, "lengths of 1 texts"},
		{`s:7:"Åsa ö";`, `"Åsa ö"`, ""},
		{`S:3:"\41b\0a";`, `"Ab\n"`, ""},
		{`a:0:{}`, `[]`, ""},
		{"\n" + `a:2:{i:0;s:1:"x";i:1;i:2;} `, `["x",2]`, ""},
		{`a:2:{i:1;s:1:"x";i:0;i:2;}`, `{"1":"x","0":2}`, ""},
		{`a:3:{i:0;s:1:"x";i:1;a:1:{i:0;N;}s:1:"k";i:2;}`, `{"0":"x","1":[null],"k":2}`, ""},
		{`a:2:{i:0;i:1;i:2;i:3;}`, `{"0":1,"2":3}`, ""},
		{`a:1:{s:1:"0";i:1;}`, `{"0":1}`, ""},
		{`a:3:{s:1:"k";i:1;s:1:"k";a:1:{i:0;i:2;}s:1:"l";i:3;}`, `{"k":1,"l":3}`, "the first was kept"},
		{`a:2:{s:1:"a";a:2:{i:0;i:1;i:1;i:2;}s:1:"b";a:1:{s:1:"c";N;}}`, `{"a":[1,2],"b":{"c":null}}`, ""},
		{`O:8:"stdClass":1:{s:1:"a";i:1;}`, `{"__PHP_Incomplete_Class_Name":"stdClass","a":1}`, ""},
		{"O:4:\"Card\":4:{s:1:\"a\";i:1;s:4:\"\x00*\x00b\";i:2;s:7:\"\x00Card\x00c\";i:3;s:7:\"\x00Base\x00c\";i:4;}",
			`{"__PHP_Incomplete_Class_Name":"Card","a":1,"b":2,"c":3,"Base::c":4}`, ""},
		{`C:3:"Set":9:{x:i:0;{}}}`, `{"__PHP_Incomplete_Class_Name":"Set","serialized":"x:i:0;{}}"}`, ""},
		{`a:1:{i:0;E:11:"Suit:Hearts";}`, `[{"__PHP_Incomplete_Class_Name":"Suit","case":"Hearts"}]`, ""},
		// References count values, not keys, and what they make is not counted.
		{`a:3:{i:0;s:1:"x";i:1;R:2;i:2;a:1:{i:0;r:2;}}`, `["x","x",["x"]]`, ""},
		{`a:2:{i:0;a:1:{s:1:"k";i:5;}i:1;R:2;}`, `[{"k":5},{"k":5}]`, ""},
		{`a:2:{i:0;i:1;i:1;R:1;}`, `[1,null]`, "that holds it"},
		{"s:4:\"caf\xe9\";", `"café"`, "windows-1252"},
		{"s:2:\"\x81a\";", `"�a"`, "replaced"},
		{"a:1:{s:4:\"caf\xe9\";i:1;}", `{"café":1}`, "windows-1252"},
		// Lengths as search-and-replace, a parser of XML, and an editor leave them.
		{`a:2:{s:3:"url";s:14:"https://example.org/a";s:1:"b";i:1;}`, `{"url":"https://example.org/a","b":1}`, "lengths of 1 texts"},
		{`a:2:{s:3:"url";s:99:"https://example.org/a";s:1:"b";s:2000000000:"c";}`, `{"url":"https://example.org/a","b":"c"}`, "lengths of 2 texts"},
		{"a:2:{i:0;s:7:\"a\nb\nc\";i:1;s:2:\"de\";}", `["a\nb\nc","de"]`, "lengths of 1 texts"},
		{`a:2:{i:0;s:3:"say "no"; or "yes";";i:1;s:1:"x";}`, `["say \"no\"; or \"yes\";","x"]`, "lengths of 1 texts"},
		{`a:1:{i:0;s:9:"a:1:{i:0;s:3:"abcde";}";}`, `["a:1:{i:0;s:3:\"abcde\";}"]`, "lengths of 1 texts"},
		{`O:1:"A":2:{s:1:"a";s:1:"long";s:9:"b";a:2:{i:0;N;i:1;b:1;}}`, `{"__PHP_Incomplete_Class_Name":"A","a":"long","b":[null,true]}`, "lengths of 2 texts"},
		// A length that fits by chance, where another end is right.
		{`a:2:{i:0;s:1:"a";i:1;s:2:"b";c";i:1;i:5;}`, `["a\";i:1;s:2:\"b\";c",5]`, "lengths of 1 texts"},
	} {
		got, warnings, err := php.Decode(tt.text)
		if err != nil || string(got) != tt.want {
			t.Errorf("%q: found %s, %v, expected %s", tt.text, got, err, tt.want)
		}
		if told := strings.Join(warnings, "; "); !strings.Contains(told, tt.warning) || tt.warning == "" && told != "" {
			t.Errorf("%q: found the warnings %q, expected %q", tt.text, told, tt.warning)
		}
		if !php.IsSerialized(tt.text) {
			t.Errorf("%q is not taken for serialised", tt.text)
		}
	}
}

func TestDecodeFaults(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`a:1:{i:0;`, 100_000)
	bomb := `a:30:{i:0;a:2:{i:0;s:9:"aaaaaaaaa";i:1;s:9:"bbbbbbbbb";}`
	for i := 1; i < 30; i++ {
		bomb += fmt.Sprintf(`i:%d;a:2:{i:0;R:%d;i:1;R:%d;}`, i, i+3, i+3)
	}
	for _, tt := range []struct {
		text, want string
		offset     int
	}{
		{``, "found the end, expected a value", 0},
		{`hello`, `found "hello"`, 0},
		{`i:1`, `expected an integer`, 2},
		{`i:1;i:2;`, `expected nothing behind`, 4},
		{`i:99999999999999999999;`, `64 bits`, 2},
		{`d:0x1p4;`, `expected a number`, 2},
		{`s:2000000000:"a`, "a length of 2000000000", 14},
		{`s:-1:"a`, "a length of -1", 6},
		{`a:2000000000:{i:0;i:1;}`, "2000000000 entries", 13},
		{`a:2:{i:0;s:1:"a";i:1;`, "found the end", 21},
		{`a:2:{i:0;s:1:"a";}`, `found "}"`, 17},
		{`a:1:{d:0.5;i:1;}`, "as key", 5},
		{`a:1:{i:0;R:9;}`, "a reference to a value before it", 9},
		{`a:1:{i:0;r:2;}`, "a reference to a value before it", 9},
		{`S:1:"\4`, "two hexadecimal digits", 5},
		{`C:3:"Set":2000000000:{}`, "a length of", 22},
		{`O:3:"Set"`, `found the end`, 9},
		{deep, "deeper than 32", 288},
		{deep + strings.Repeat("}", 100_000), "deeper than 32", 288},
		{bomb + "}", "references that make more", 0},
	} {
		got, _, err := php.Decode(tt.text)
		var wrong *php.Error
		if !errors.As(err, &wrong) || got != nil || !strings.Contains(err.Error(), tt.want) || tt.offset != 0 && wrong.Offset != tt.offset {
			t.Errorf("%.60q: found %s, %v, expected byte %d: %s", tt.text, got, err, tt.offset, tt.want)
		}
	}
	if _, _, err := php.Decode(strings.Repeat(" ", php.MaxText+1)); err == nil {
		t.Error("a text beyond the bound was read")
	}
}

func TestIsSerialized(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "N", "a", "a:1", "a: 1", "i:1", "i:1; and more;", "b:2;", "s: hello", `s:"x";`, "d:;", "d:x;", "I:1;", "as:1",
		"a:b", "a:3 {", "O: the letter", `O:1 "a"`, "C:\\Users\\me", "E:mail", "N; is north", "12;", "i:;", `sx:1:"a";`, "a:1:{}x}",
	} {
		if text != "a:1:{}x}" && php.IsSerialized(text) {
			t.Errorf("%q is taken for serialised", text)
		}
	}
	for _, text := range []string{`a:3:{i:0;s:5:"cut`, `a:3:{`, `O:8:"stdClass":1:{s:1`} {
		if !php.IsSerialized(text) {
			t.Errorf("%q, which was cut off, is not taken for serialised", text)
		}
	}
}

// serialize writes a value as PHP does, each length of a text off by so much.
func serialize(v any, off func() int) string {
	switch v := v.(type) {
	case nil:
		return "N;"
	case bool:
		return fmt.Sprintf("b:%d;", map[bool]int{true: 1}[v])
	case int:
		return fmt.Sprintf("i:%d;", v)
	case string:
		return fmt.Sprintf("s:%d:%q;", len(v)+off(), v)
	case []any:
		s := fmt.Sprintf("a:%d:{", len(v))
		for i, item := range v {
			s += serialize(i, off) + serialize(item, off)
		}
		return s + "}"
	default:
		m := v.(map[string]any)
		s := fmt.Sprintf("a:%d:{", len(m))
		for key, item := range m {
			s += fmt.Sprintf("s:%d:%q;", len(key), key) + serialize(item, off)
		}
		return s + "}"
	}
}

func value(depth int) *rapid.Generator[any] {
	text := rapid.StringMatching(`[a-z:;{} åß0-9]{0,12}`)
	leaves := []*rapid.Generator[any]{rapid.Just[any](nil), rapid.Bool().AsAny(), rapid.Int().AsAny(), text.AsAny()}
	if depth > 0 {
		inner := rapid.Deferred(func() *rapid.Generator[any] { return value(depth - 1) })
		leaves = append(leaves, rapid.SliceOfN(inner, 0, 4).AsAny(), rapid.MapOfN(rapid.StringMatching(`[a-zå]{1,6}`), inner, 1, 4).AsAny())
	}
	return rapid.OneOf(leaves...)
}

func same(t *rapid.T, text string, v any) {
	got, _, err := php.Decode(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	want, _ := json.Marshal(v)
	var read any
	if err := json.Unmarshal(got, &read); err != nil {
		t.Fatalf("%s: found %s: %v", text, got, err)
	}
	var expected any
	_ = json.Unmarshal(want, &expected)
	if a, b := fmt.Sprint(read), fmt.Sprint(expected); a != b {
		t.Fatalf("%s: found %s, expected %s", text, a, b)
	}
}

// TestWhatWasWritten reads random values, with right lengths and with wrong ones.
func TestWhatWasWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := value(4).Draw(t, "value")
		same(t, serialize(v, func() int { return 0 }), v)
		offs := rapid.SliceOfN(rapid.IntRange(-3, 40), 1, 5).Draw(t, "offs")
		n := 0
		same(t, serialize(v, func() int { n++; return offs[n%len(offs)] }), v)
	})
}

// TestMendingIsBounded has texts in which every end is possible and none is right.
func TestMendingIsBounded(t *testing.T) {
	t.Parallel()
	ends := strings.Repeat(`s:1:"a";`, 5000)
	for _, text := range []string{
		`a:9999:{` + ends + `}`,
		`a:3:{i:0;s:9:"` + strings.Repeat(`";i:1;s:9:"`, 5000) + `}`,
		`a:2:{i:0;s:5:"` + strings.Repeat(`";`, 1<<16),
		`a:2:{i:0;s:5:"` + strings.Repeat("\n", 1<<16),
	} {
		if got, _, err := php.Decode(text); err == nil {
			t.Errorf("%.40q: found %.40s, expected an error", text, got)
		}
	}
}

func FuzzDecode(f *testing.F) {
	seeds, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(seeds) == 0 {
		f.Fatalf("found the seeds %q, %v", seeds, err)
	}
	for _, name := range seeds {
		lines, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for line := range strings.Lines(string(lines)) {
			f.Add(strings.TrimSuffix(line, "\n"))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		php.IsSerialized(text)
		value, warnings, err := php.Decode(text)
		var wrong *php.Error
		switch {
		case err != nil && (!errors.As(err, &wrong) || wrong.Offset < 0 || wrong.Offset > len(text)):
			t.Errorf("%q: found the error %v", text, err)
		case err == nil && (!json.Valid(value) || len(value) > 64*len(text)+1<<18 || len(warnings) > 10):
			t.Errorf("%q: found %d bytes, warnings %q", text, len(value), warnings)
		}
	})
}
