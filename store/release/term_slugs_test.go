package release_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

// tooled is a post with some tools and entities, all entities of one type.
func tooled(slug, typ string, names ...string) *content.Post {
	p := post(slug)
	p.Meta.Tools = names
	for _, name := range names {
		p.Meta.Entities = append(p.Meta.Entities, content.Entity{Name: name, Type: typ})
	}
	return p
}

// slugsByRule gives each identity among some names its slug, written down from the rule:
// of those that share one, that which reads like it keeps it, else the shortest, else the
// first by bytes; each other one gets a hash. Prefix is what stands before a name in an
// identity, and before a slug.
func slugsByRule(names []string, identityPrefix, slugPrefix string) map[string]string {
	sharing := map[string][]string{}
	for _, name := range names {
		identity, slug := content.Identity(name), strings.TrimSuffix(slugPrefix+content.Slugify(name), "-")
		if !slices.Contains(sharing[slug], identity) {
			sharing[slug] = append(sharing[slug], identity)
		}
	}
	slugs := map[string]string{}
	for slug, identities := range sharing {
		reads := func(identity string) bool { return slugPrefix+strings.ReplaceAll(identity, " ", "-") == slug }
		best := ""
		for _, i := range identities {
			better := best == "" || reads(i) && !reads(best)
			if reads(i) == reads(best) && best != "" {
				better = len(i) < len(best) || len(i) == len(best) && i < best
			}
			if better {
				best = i
			}
		}
		for _, i := range identities {
			slugs[i] = slug
			if i != best || slug == "" {
				sum := sha256.Sum256([]byte(identityPrefix + i))
				slugs[i] = strings.TrimPrefix(slug+"-"+hex.EncodeToString(sum[:4]), "-")
			}
		}
	}
	return slugs
}

// TestTermSlugsFollowTheRule gives terms in any order, over several releases, and then lets
// newcomers come: each term has the slug of the rule, whoever was there first.
func TestTermSlugsFollowTheRule(t *testing.T) {
	t.Parallel()
	names := []string{
		"git", "Git", "GIT!", "git?", "¿git", "g\u200bit", "\ufeffgit", "gi\u00adt", "git\u200e!", "gît", "gi\u0302t",
		"c++", "cplusplus", "C plus plus", "c plus-plus", "a b", "a-b", "a_b", "a.b", "adotb", "???", "…", "…\u2060?",
		"\u2764\ufe0f", "\u2764", "\U0001f469\u200d\U0001f4bb", "缓存 策略", "缓存\u3000策略", "ﬁle", "file", "Straße", "STRASSE",
		"\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u062e\u0648\u0627\u0647\u0645", "İ", "ΣΑΣ", "σας", "ｇｉｔ",
	}
	rnd := random(t)
	for range 20 {
		given := make([]string, 2+rnd.IntN(20))
		for i := range given {
			given[i] = names[rnd.IntN(len(names))]
		}
		typ := []string{"stack", "Code  language", "c++"}[rnd.IntN(3)]
		c := emptyCatalogue(t)
		for i, part := range [][]string{given[:len(given)/2], given[len(given)/2:]} {
			storetest.Publish(t, c, catalogue.ImportOptions{}, tooled(fmt.Sprintf("post-%d", i), typ, part...))
		}
		current, err := c.Current()
		if err != nil {
			t.Fatal(err)
		}
		r, err := c.Open(current)
		if err != nil {
			t.Fatal(err)
		}
		for kind, want := range map[store.Kind]map[string]string{
			store.KindTool:   slugsByRule(given, "", ""),
			store.KindEntity: slugsByRule(given, content.Identity(typ)+":", content.Slugify(typ)+"-"),
		} {
			got := map[string]string{}
			for _, term := range allTerms(t, r, kind) {
				got[content.Identity(term.Name)] = term.Slug
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("%s: found %q, expected %q", kind, got, want)
			}
		}
		_ = r.Close()
	}
}

func allTerms(t *testing.T, r *release.Release, kind store.Kind) []*store.Term {
	t.Helper()
	page, err := r.Reader(store.Public).FindTerms(t.Context(), store.TermQuery{Kind: kind, Window: store.Window{First: ptr(100)}})
	if err != nil {
		t.Fatal(err)
	}
	return page.Terms
}

// TestNewcomersTakeNoAddress adds posts with odd names to an archive: those who were there
// keep their slugs. One whose slug is by chance the one that was made for another keeps its own.
func TestNewcomersTakeNoAddress(t *testing.T) {
	t.Parallel()
	c := storetest.Catalogue(t, tooled("a", "stack", "git", "python services", "c++"), tooled("b", "stack", "git"), tooled("c", "stack", "git"))
	for i, newcomer := range []string{
		"git\u200b", "\ufeffgit", "g\u00adit", "git\u202e", "Git!", "git?", "(git)", "gi\u0301t", "python_services", "python-services!", "git 4e1243bd",
		"git-" + hex.EncodeToString(sum("git!")[:4]),
	} {
		name := storetest.Publish(t, c, catalogue.ImportOptions{}, tooled(fmt.Sprintf("new-%d", i), "stack", newcomer))
		r, err := c.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		for kind, slugs := range map[store.Kind][]string{
			store.KindTool: {"git", "python-services", "cplusplus"}, store.KindEntity: {"stack-git", "stack-python-services", "stack-cplusplus"},
		} {
			for j, slug := range slugs {
				term, err := r.Reader(store.Public).FindTerm(t.Context(), kind, slug)
				if want := []string{"git", "python services", "c++"}[j]; err != nil || term.Name != want {
					t.Errorf("with %q, %s %s: found %+v, %v", newcomer, kind, slug, term, err)
				}
			}
		}
		_ = r.Close()
	}
}

func sum(s string) []byte {
	sum := sha256.Sum256([]byte(s))
	return sum[:]
}

// TestSlugsOfPostsHaveOneForm imports, removes, takes down and looks up posts whose slugs
// are written in another form than the one in which they are kept.
func TestSlugsOfPostsHaveOneForm(t *testing.T) {
	t.Parallel()
	const kept, other, unseen = "caf\u00e9-1", "cafe\u0301-1", "caf\u00e9\u200b-\u00ad1"
	ctx := t.Context()
	c := storetest.Catalogue(t, &content.Post{Slug: other, Title: "One"})
	m, err := buildOnto(t, c, catalogue.ImportOptions{}, content.Record{Post: &content.Post{Slug: unseen, Title: "Two"}})
	if err != nil || m.Changes.Changed != 1 || m.Changes.Added != 0 {
		t.Fatalf("found %+v, %v", m, err)
	}
	if exported := export(t, c, m.Name); !strings.HasPrefix(exported, `{"slug":"`+kept+`","title":"Two"`) {
		t.Errorf("found %s", exported)
	}
	b, err := c.Import(ctx, catalogue.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Add(content.Record{Post: post(kept)}, catalogue.Origin{File: "given", Line: 1}); err != nil {
		t.Fatal(err)
	}
	if err := b.Add(content.Record{Post: post(other)}, catalogue.Origin{}); err == nil || !strings.Contains(err.Error(), "which given:1 has too") {
		t.Errorf("two posts that have one slug: found %v", err)
	}
	b.Discard()
	r, err := c.Open("r1")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	reader := r.Reader(store.Public)
	for _, slug := range []string{kept, other, unseen} {
		refs, err := reader.Lookup(ctx, slug)
		if err != nil || refs[0] == store.NoRef {
			t.Errorf("%+q: found %v, %v", slug, refs, err)
		}
		for _, f := range []store.SlugFilter{{Eq: &slug}, {Prefix: ptr(slug[:len(slug)-1])}} {
			page, err := reader.Find(ctx, store.PostQuery{Filter: &store.Filter{Slug: &f}, Order: store.DefaultOrder, Window: store.Window{First: ptr(1)}})
			if err != nil || page.Total != 1 {
				t.Errorf("%+q: found %+v, %v", slug, page, err)
			}
		}
	}
	if m, err := buildOnto(t, c, catalogue.ImportOptions{}, content.Record{Removed: other}); err != nil || m.Changes.Removed != 1 {
		t.Errorf("found %+v, %v", m, err)
	}
	takedown(t, c, "r1 r2", other)
	if m, err := buildOnto(t, c, catalogue.ImportOptions{}, content.Record{Post: post(unseen)}); err != nil || m.Changes.TakenDown != 1 {
		t.Errorf("found %+v, %v", m, err)
	}
	if err := c.Lift([]string{unseen}, store.TakedownOptions{}); err != nil {
		t.Error(err)
	}
}
