package content_test

import (
	"slices"
	"strings"
	"testing"

	"alphanode/content"
)

func TestNormalLanguage(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"en": "en", "EN": "en", "pt_br": "pt-BR", "PT-br": "pt-BR", "zh_hans_cn": "zh-Hans-CN", "de-1996": "de-1996", "fra": "fr", "iw": "iw",
		"x-house": "x-house", "i-klingon": "tlh",
		"": "", "und": "", "english": "", "xx": "", "en-": "", "en us": "", "en_US.UTF-8": "", "Français": "", "\x00": "", "en-x-" + strings.Repeat("a-", 40) + "a": "",
	} {
		got, ok := content.NormalLanguage(given)
		if got != want || ok != (want != "") {
			t.Errorf("%q: found %q, %v, expected %q", given, got, ok, want)
		}
		if again, _ := content.NormalLanguage(got); again != got {
			t.Errorf("%q: %q becomes %q", given, got, again)
		}
	}
}

func TestRightToLeft(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]bool{
		"ar": true, "he": true, "iw": true, "fa-IR": true, "ur": true, "yi": true, "az-Arab": true, "dv": true,
		"en": false, "az": false, "ar-Latn": false, "ja": false, "pa": false, "": false, "nonsense!": false,
	} {
		if got := content.RightToLeft(tag); got != want {
			t.Errorf("%q: found %v, expected %v", tag, got, want)
		}
	}
}

func TestSettleLanguageAndURLs(t *testing.T) {
	t.Parallel()
	p := &content.Post{Title: "t", Meta: content.Meta{Language: "pt_br", URLs: []string{"/b", "/a", "/b", "/a/"}}}
	p.Settle()
	if p.Meta.Language != "pt-BR" || !slices.Equal(p.Meta.URLs, []string{"/b", "/a", "/a/"}) {
		t.Errorf("found %q and %q", p.Meta.Language, p.Meta.URLs)
	}
	if faults := p.Validate(); faults != nil {
		t.Error(faults)
	}
}
