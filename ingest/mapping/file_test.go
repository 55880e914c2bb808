package mapping_test

import (
	"errors"
	"strings"
	"testing"

	"alphanode/ingest/mapping"
)

func TestFaultsOfAMappingFile(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"":                                       `m.yaml:1: found an empty file, expected fields: and, below it, a line for each field of a post`,
		"records: a\n":                           `m.yaml:1: found no fields, expected fields: and, below it, a line for each field of a post`,
		"- a\n":                                  `m.yaml:1: found a list, expected names and values`,
		"feilds:\n  title: a\n":                  `m.yaml:1: feilds: found an unknown name, expected fields`,
		"records: [a]\nfields: {title: a}\n":     `m.yaml:1: records: found a list, expected a dotted path, such as response.docs`,
		"fields:\n  titel: a\n":                  `m.yaml:2: fields.titel: found a field that no post has, expected title; a field of your own is meta.extra.NAME`,
		"fields:\n  title:\n":                    `m.yaml:2: fields.title: found nothing, expected a dotted path, such as headline.main`,
		"fields:\n  title: a\n  title: b\n":      `m.yaml:3: fields.title: found the name twice, expected each name once`,
		"fields:\n  body: {form: a}\n":           `m.yaml:2: fields.body.form: found an unknown name, expected from`,
		"fields:\n  body: {from: a, as: htm}":    `m.yaml:2: fields.body.as: found "htm", expected text, markdown or html`,
		"fields:\n  body: {as: html}":            `m.yaml:2: fields.body: found no from, expected from: and the dotted path of a value, or value: and the value itself`,
		"fields:\n  slug: {from: a, match: '('}": "m.yaml:2: fields.slug.match: found \"(\" (error parsing regexp: missing closing ): `(`), expected a regular expression as Go has them",
		"fields:\n  publishedAt: {from: a, layout: YYYY-MM-DD}":                                `m.yaml:2: fields.publishedAt.layout: found "YYYY-MM-DD", expected how 2006-01-02 15:04:05 -0700 would be written, with its year, month and day; or unix, or unixms`,
		"fields:\n  publishedAt: {from: a, layout: unix, unixms: true}":                        `m.yaml:2: fields.publishedAt: found two layouts, expected one`,
		"fields:\n  title: {from: a, layout: unix}":                                            `m.yaml:2: fields.title: found a layout, expected it at a date: publishedAt, meta.revision.lastReviewed`,
		"fields:\n  title: {from: a, type: b}":                                                 `m.yaml:2: fields.title: found a type, expected it at meta.entities alone`,
		"fields:\n  title: {from: a, split: ','}":                                              `m.yaml:2: fields.title: found split, expected it at a list: meta.entities, meta.tools, meta.stack, meta.checklist, meta.notes, addresses, meta.images`,
		"fields:\n  title: {from: a, value: b}":                                                `m.yaml:2: fields.title: found from and value, expected one of them; for where nothing is there: default`,
		"fields:\n  status: {from: a, values: [b]}":                                            `m.yaml:2: fields.status.values: found a list, expected names and values`,
		"fields:\n  status: {from: a, values: {b: [c]}}":                                       `m.yaml:2: fields.status.values.b: found a list, expected a text`,
		"fields: &a\n  title: *a\n":                                                            `m.yaml:2: fields.title: found an alias, expected the value itself`,
		"fields:\n  title: {value: " + strings.Repeat("[", 40) + strings.Repeat("]", 40) + "}": `m.yaml:2: fields.title.value: found a value nested deeper than 32 levels, expected at most 32 levels`,
	} {
		_, err := mapping.Parse("m.yaml", strings.NewReader(file))
		var fault *mapping.FileError
		if !errors.As(err, &fault) || err.Error() != want {
			t.Errorf("%q:\nfound    %v\nexpected %s", file, err, want)
		}
	}
	for _, file := range []string{"fields:\n  title: [a\nx: }", "\t", "a: b: c", "fields:\n  title: \"\\x\"", strings.Repeat("[", 100_000), strings.Repeat("a", 2<<20)} {
		_, err := mapping.Parse("m.yaml", strings.NewReader(file))
		if fault := (*mapping.FileError)(nil); !errors.As(err, &fault) || fault.Line < 1 {
			t.Errorf("%.40q: found %v, expected a fault with its line", file, err)
		}
	}
}

// FuzzParse: no file breaks the reader, and none makes it take long.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"records: a.b\nfields:\n  title: c\n  meta.entities: [{from: [d, e], type: t, split: ','}]\n  publishedAt: {from: f, unix}\n",
		"fields: {status: {from: a, values: {b: c}, default: d}, meta.score: {value: {quality: 1}}}",
		"a: &a [*a,*a]\n", "fields:\n  title: !!binary x\n", "? [a]\n: b", "---\n---\n", "%YAML 1.1\n---\nfields: {title: 0x1F}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file string) {
		m, err := mapping.Parse("m.yaml", strings.NewReader(file))
		if fault := (*mapping.FileError)(nil); err != nil && !errors.As(err, &fault) {
			t.Fatal(err)
		}
		if err == nil {
			_, _ = read(t, m, "f.json", strings.NewReader(`{"a":[{"b":"1"}],"c":{"d":"2014"}}`))
		}
	})
}
