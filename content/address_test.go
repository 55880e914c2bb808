package content_test

import (
	"strings"
	"testing"

	"alphanode/content"
)

func TestNormalAddress(t *testing.T) {
	t.Parallel()
	for want, given := range map[string][]string{
		"/2014/09/15/a-post": {
			"/2014/09/15/a-post", "/2014/09/15/a-post/", "2014/09/15/a-post", "https://old.example/2014/09/15/a-post/", "HTTP://OLD.example:8080/2014/09/15/a-post",
			"//old.example/2014/09/15/a-post/", "/2014/09/15/a-post/?utm_source=x&UTM_Medium=y", "/2014/09/15/a-post?fbclid=1&gclid=2#more", " /2014/09/15/a-post/ ",
			"/2014/09/15/%61-post/index.html", "/2014/./09//15/x/../a-post", "/2014/09/15/a-post?", "/2014/09/15/a-post?&",
		},
		"/?p=123":       {"/?p=123", "?p=123", "https://old.example?p=123", "https://old.example/?p=123", "/index.php?p=123&utm_campaign=a", "/?%70=123"},
		"/?a=1&b=2":     {"/?b=2&a=1", "/?a=1&b=2"},
		"/a?lang=":      {"/a?lang", "/a/?lang="},
		"/a?q=x+y":      {"/a?q=x+y", "/a?q=x%20y"},
		"/caf\u00e9":    {"/caf%C3%A9/", "/caf\u00e9", "/cafe\u0301", "/caf%c3%a9"},
		"/100%25-off":   {"/100%-off/", "/100%25-off"},
		"/what%3F":      {"/what%3F", "/what%3f/"},
		"/":             {"/", "https://old.example", "https://old.example/", "/index.html", "/..", "/?utm_source=x"},
		"/a%20b":        {"/a b", "/a%20b/"},
		"/A":            {"/A"},
		"/at/12:30":     {"/at/12:30", "at/12:30"},
		"/myindex.html": {"/myindex.html"},
		"/index.html/a": {"/index.html/a"},
		"":              {"", " ", "#top", "ftp://old.example/a", "javascript:alert(1)", "mailto:a@b.example", "https:", "https:/a", "https://", "https:///a", "//"},
	} {
		for _, address := range given {
			got, ok := content.NormalAddress(address)
			if got != want || ok != (want != "") {
				t.Errorf("%q: found %q, %v, expected %q", address, got, ok, want)
			}
		}
	}
}

// A normal address is its own normal form, and no text is too odd for it.
func FuzzNormalAddress(f *testing.F) {
	for _, seed := range []string{"/a", "https://old.example/%zz/?b=2&a=%", "?p=1&p=0", "//x?&=", "/%25%32%35?%26=%3D", "/\xff%ff?\xff", "/index.html/index.html", strings.Repeat("/..", 50)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, given string) {
		normal, ok := content.NormalAddress(given)
		if ok != (normal != "") {
			t.Fatalf("%q: %q, %v", given, normal, ok)
		}
		if again, ok2 := content.NormalAddress(normal); again != normal || ok2 != ok {
			t.Fatalf("%q: %q becomes %q", given, normal, again)
		}
	})
}
