package release_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"github.com/google/go-cmp/cmp"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/release"
	"alphanode/store/storetest"
)

func post(slug string, change ...func(*content.Post)) *content.Post {
	p := &content.Post{Slug: slug, Title: "Title of " + slug}
	for _, f := range change {
		f(p)
	}
	p.Settle()
	return p
}

func draft(p *content.Post) { p.Meta.Revision = &content.Revision{Status: content.StatusDraft} }

func reference(r string) func(*content.Post) {
	return func(p *content.Post) { p.Meta.Reference = r }
}

// buildOnto adds records to a release that is not published.
func buildOnto(t *testing.T, c *catalogue.Catalogue, o catalogue.ImportOptions, records ...content.Record) (store.Manifest, error) {
	t.Helper()
	b, err := c.Import(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Discard()
	for i, r := range records {
		if err := b.Add(r, catalogue.Origin{File: "given", Line: i + 1}); err != nil {
			t.Fatal(err)
		}
	}
	if conflicts := b.Conflicts(); len(conflicts) > 0 {
		t.Fatal(conflicts)
	}
	return b.Finish(t.Context())
}

func export(t *testing.T, c *catalogue.Catalogue, name string) string {
	t.Helper()
	r, err := c.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var out strings.Builder
	if err := r.Each(t.Context(), func(json []byte) error { fmt.Fprintf(&out, "%s\n", json); return nil }); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestBuildOntoParent(t *testing.T) {
	c := storetest.Catalogue(t, post("a"), post("b", draft), post("c"), post("d"))
	m, err := buildOnto(t, c, catalogue.ImportOptions{Note: "second"},
		content.Record{Post: post("c")},       // unchanged
		content.Record{Post: post("b")},       // published now
		content.Record{Post: post("e")},       // new
		content.Record{Removed: "d"},          // gone
		content.Record{Removed: "never here"}, // says nothing
	)
	if err != nil {
		t.Fatal(err)
	}
	if m.Name != "r2" || m.Parent != "r1" || m.Posts != 4 || m.Public.Posts != 4 ||
		m.Changes != (store.Changes{Added: 1, Changed: 1, Unchanged: 2, Removed: 1}) {
		t.Errorf("found %+v", m)
	}
	var slugs []string
	for line := range strings.Lines(export(t, c, "r2")) {
		r, faults := content.Decode([]byte(line))
		if faults != nil {
			t.Fatal(faults)
		}
		slugs = append(slugs, r.Post.Slug)
	}
	if want := []string{"a", "b", "c", "e"}; !slices.Equal(slugs, want) {
		t.Errorf("found %q, expected %q", slugs, want)
	}
	if _, err := c.Verify(t.Context(), "r2"); err != nil {
		t.Error(err)
	}
}

func TestBuildThatChangesNothingMakesNoRelease(t *testing.T) {
	c := storetest.Catalogue(t, post("a"), post("b"))
	m, err := buildOnto(t, c, catalogue.ImportOptions{}, content.Record{Post: post("b")}, content.Record{Post: post("a")})
	if err != nil || m.Name != "" || m.Changes.Unchanged != 2 {
		t.Errorf("found %+v, %v", m, err)
	}
	if names := releaseNames(t, c); !slices.Equal(names, []string{"r1"}) {
		t.Errorf("found %q", names)
	}
}

func TestDryRunAndReplace(t *testing.T) {
	c := storetest.Catalogue(t, post("a"), post("b"))
	want := store.Changes{Added: 1, Unchanged: 1, Removed: 1}
	for _, dry := range []bool{true, false} {
		m, err := buildOnto(t, c, catalogue.ImportOptions{Replace: true, DryRun: dry}, content.Record{Post: post("b")}, content.Record{Post: post("z")})
		if err != nil || m.Changes != want || (m.Name == "") != dry {
			t.Errorf("dry %t: found %+v, %v", dry, m, err)
		}
	}
}

// TestDryRunSaysWhatARunWould holds the counts of dry runs against those of the runs: of
// new posts, of changed ones, of removals and drafts.
func TestDryRunSaysWhatARunWould(t *testing.T) {
	rnd := random(t)
	posts := storetest.RandomPosts(rnd, 300)
	c := storetest.Catalogue(t, posts[:200]...)
	var records []content.Record
	for i, p := range posts[100:] {
		changed := *p
		switch {
		case i%7 == 0:
			changed.Title += " again"
		case i%7 == 1:
			changed.Meta.Revision = &content.Revision{Status: content.StatusDraft}
		case i%7 == 2 && i < 100:
			records = append(records, content.Record{Removed: p.Slug})
			continue
		}
		records = append(records, content.Record{Post: &changed})
	}
	for _, replace := range []bool{false, true} {
		var said [2]store.Manifest
		for i, dry := range []bool{true, false} {
			m, err := buildOnto(t, c, catalogue.ImportOptions{Replace: replace, DryRun: dry}, records...)
			if err != nil {
				t.Fatal(err)
			}
			said[i] = store.Manifest{Posts: m.Posts, Public: m.Public, Changes: m.Changes}
		}
		if diff := cmp.Diff(said[1], said[0]); diff != "" {
			t.Errorf("replace %t: %s", replace, diff)
		}
		if said[0].Public.Entities == 0 || said[0].Changes.Changed == 0 && !replace {
			t.Errorf("found %+v: too little to tell", said[0])
		}
	}
}

func releaseNames(t *testing.T, c *catalogue.Catalogue) (names []string) {
	t.Helper()
	entries, err := c.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Problem != "" {
			t.Error(e.Problem)
		}
		names = append(names, e.Name)
	}
	return names
}

// TestOrderOfImport builds the same posts in two orders and holds the files
// against each other, byte by byte.
func TestOrderOfImport(t *testing.T) {
	rnd := random(t)
	posts := storetest.RandomPosts(rnd, 500)
	var sums []string
	for range 2 {
		c := storetest.Catalogue(t, posts...)
		entries, err := c.List()
		if err != nil {
			t.Fatal(err)
		}
		sums = append(sums, entries[0].SHA256)
		rnd.Shuffle(len(posts), func(i, j int) { posts[i], posts[j] = posts[j], posts[i] })
	}
	if sums[0] != sums[1] {
		t.Errorf("two orders of import gave two files: %q", sums)
	}
}

func TestDuplicatesAreRejected(t *testing.T) {
	c := storetest.Catalogue(t, post("old", reference("ref-1")), post("other", reference("ref-2")))
	b, err := c.Import(t.Context(), catalogue.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Discard()
	add := func(line int, r content.Record) error { return b.Add(r, catalogue.Origin{File: "f", Line: line}) }
	for line, r := range map[int]content.Record{
		1: {Post: post("new", reference("ref-9"))},
		2: {Post: post("stolen", reference("ref-1"))}, // whose owner stays
		3: {Post: post("moved", reference("ref-2"))},  // whose owner leaves
		4: {Removed: "other"},
	} {
		if err := add(line, r); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		record content.Record
		want   string
	}{
		{content.Record{Post: post("new")}, `f:5: slug: found "new", which f:1 has too, expected one that no other post has`},
		{content.Record{Removed: "new"}, `f:5: slug: found "new", which f:1 has too, expected one that no other post has`},
		{content.Record{Post: post("x", reference("ref-9"))}, `f:5: meta.reference: found "ref-9", which f:1 has too, expected one that no other post has`},
	} {
		err := add(5, test.record)
		if !errors.As(err, new(*catalogue.RejectedError)) || err.Error() != test.want {
			t.Errorf("found %v\nexpected %s", err, test.want)
		}
	}
	conflicts := b.Conflicts()
	want := `f:2: meta.reference: found "ref-1", which the post "old" has in release r1, expected one that no other post has, or the removal of that post`
	if len(conflicts) != 1 || conflicts[0].Error() != want {
		t.Errorf("found %v\nexpected %s", conflicts, want)
	}
	m, err := b.Finish(t.Context())
	if err != nil || m.Changes != (store.Changes{Added: 2, Removed: 1, Unchanged: 1}) {
		t.Errorf("found %+v, %v", m, err)
	}
}

func TestPostKeepsTheSlugOfItsReference(t *testing.T) {
	c := storetest.Catalogue(t, post("first-slug", reference("ref-1")))
	p := &content.Post{Title: "A new title", Meta: content.Meta{Reference: "ref-1"}}
	q := &content.Post{Title: "Another", Meta: content.Meta{Payload: &content.Payload{SourceID: "alphanode-000007"}}}
	if _, err := buildOnto(t, c, catalogue.ImportOptions{}, content.Record{Post: p}, content.Record{Post: q}); err != nil {
		t.Fatal(err)
	}
	if p.Slug != "first-slug" || q.Slug != "another-alphanode-000007" {
		t.Errorf("found %q and %q", p.Slug, q.Slug)
	}
}

func TestPublishAndRollback(t *testing.T) {
	c := storetest.Catalogue(t, post("a"))
	for _, slug := range []string{"b", "c"} {
		storetest.Publish(t, c, catalogue.ImportOptions{}, post(slug))
	}
	current := func(want string) {
		t.Helper()
		if got, err := c.Current(); err != nil || got != want {
			t.Fatalf("found %q, %v, expected %s", got, err, want)
		}
	}
	current("r3")
	for _, want := range []string{"r2", "r1"} {
		if _, err := c.Rollback("", store.RollbackOptions{By: "me"}); err != nil {
			t.Fatal(err)
		}
		current(want)
	}
	refused := func(_ store.Published, err error) {
		t.Helper()
		if !errors.As(err, new(*store.RefusedError)) {
			t.Errorf("found %v, expected a refusal", err)
		}
	}
	refused(c.Rollback("", store.RollbackOptions{By: "me"}))   // there is nothing before the first
	refused(c.Rollback("r2", store.RollbackOptions{By: "me"})) // is forward from here
	refused(c.Publish("r3", store.PublishOptions{}))
	if _, err := c.Publish("r3", store.PublishOptions{Force: true}); err != nil {
		t.Fatal(err)
	}
	current("r3")
	if _, err := c.Rollback("r1", store.RollbackOptions{By: "me"}); err != nil {
		t.Fatal(err)
	}
	current("r1")
	if _, err := c.Open("r9"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("found %v", err)
	}
	if err := os.RemoveAll(filepath.Join(c.Dir(), "releases", "r2")); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Open("r2"); !errors.Is(err, store.ErrReleaseGone) {
		t.Errorf("found %v", err)
	}
}

// TestSwitchIsOverWhatWasExpected: who has seen what a switch changes makes that switch, or
// none.
func TestSwitchIsOverWhatWasExpected(t *testing.T) {
	c, err := catalogue.Make(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for i, slug := range []string{"a", "b", "c"} { // r1, r2 and r3, each on what is current, and then published
		m, err := buildOnto(t, c, catalogue.ImportOptions{}, content.Record{Post: post(slug)})
		if err != nil {
			t.Fatal(err)
		}
		current := []string{"", "r1", "r2"}[i]
		for _, other := range []string{"", "r1", "r2", "r9"} {
			if other == current {
				continue
			}
			_, err := c.Publish(m.Name, store.PublishOptions{Over: &other, Force: true})
			if found, ok := errors.AsType[*store.NotCurrentError](err); !ok || *found != (store.NotCurrentError{Found: current, Expected: other}) {
				t.Errorf("%s over %q: found %v", m.Name, other, err)
			}
		}
		if _, err := c.Publish(m.Name, store.PublishOptions{Over: &current}); err != nil {
			t.Fatal(err)
		}
	}
	if targets, err := c.RollbackTargets(); err != nil || !slices.Equal(targets, []string{"r2", "r1"}) {
		t.Errorf("found %q, %v", targets, err)
	}
	if _, err := c.Rollback("r1", store.RollbackOptions{Over: new("r2")}); !errors.As(err, new(*store.NotCurrentError)) {
		t.Errorf("found %v", err)
	}
	if _, err := c.Rollback("r1", store.RollbackOptions{Over: new("r3")}); err != nil {
		t.Error(err)
	}
	if current, err := c.Current(); err != nil || current != "r1" {
		t.Errorf("found %q, %v", current, err)
	}
}

func TestPublishRefusesWhatWasNotExpected(t *testing.T) {
	c := storetest.Catalogue(t, post("a"))
	seven := 7
	_, err := buildOnto(t, c, catalogue.ImportOptions{ExpectPosts: &seven}, content.Record{Post: post("b")})
	if !errors.As(err, new(*store.RefusedError)) || !strings.Contains(err.Error(), "found 2 posts in the new release, expected 7") {
		t.Errorf("found %v", err)
	}
}

func TestOnlyOneBuilder(t *testing.T) {
	c := storetest.Catalogue(t, post("a"))
	b, err := c.Import(t.Context(), catalogue.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Import(t.Context(), catalogue.ImportOptions{}); !errors.Is(err, store.ErrBusy) {
		t.Errorf("found %v", err)
	}
	if _, err := c.Publish("r1", store.PublishOptions{}); !errors.Is(err, store.ErrBusy) {
		t.Errorf("found %v", err)
	}
	b.Discard()
	if _, err := c.Publish("r1", store.PublishOptions{}); err != nil {
		t.Error(err)
	}
}

// TestRemainsAreSwept leaves what a killed build and a torn journal leave.
func TestRemainsAreSwept(t *testing.T) {
	c := storetest.Catalogue(t, post("a"))
	remains := filepath.Join(c.Dir(), "releases", ".building-123")
	if err := os.MkdirAll(remains, 0o755); err != nil {
		t.Fatal(err)
	}
	journal, err := os.OpenFile(filepath.Join(c.Dir(), "journal.ndjson"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := journal.WriteString(`{"time":"20`); err != nil {
		t.Fatal(err)
	}
	if err := journal.Close(); err != nil {
		t.Fatal(err)
	}
	if name := storetest.Publish(t, c, catalogue.ImportOptions{}, post("b")); name != "r2" {
		t.Errorf("found %s", name)
	}
	if _, err := os.Stat(remains); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("found the remains: %v", err)
	}
	if target, err := c.RollbackTarget(); err != nil || target != "r1" {
		t.Errorf("found %q, %v", target, err)
	}
}

func TestBuildEndsWithItsContext(t *testing.T) {
	c := storetest.Catalogue(t, post("a"))
	b, err := c.Import(t.Context(), catalogue.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Add(content.Record{Post: post("b")}, catalogue.Origin{}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Finish(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("found %v", err)
	}
	if names := releaseNames(t, c); !slices.Equal(names, []string{"r1"}) {
		t.Errorf("found %q", names)
	}
}

var flips = flag.Int("flips", 150, "how many bits TestFlippedBits flips, one at a time")

// TestFlippedBits damages a release in many places. Verify finds every flip. What
// is read gives an error or the right answer, never another and never a panic.
func TestFlippedBits(t *testing.T) {
	t.Parallel()
	rnd := random(t)
	posts := storetest.RandomPosts(rnd, 300)
	c := storetest.Catalogue(t, posts...)
	path := filepath.Join(c.Dir(), "releases", "r1", "release.db")
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// Each question is asked of its own, for an error of one must not keep the
	// others from being asked.
	questions := []func(r *release.Reader) ([]string, error){
		func(r *release.Reader) ([]string, error) { return questions(t, rand.New(rand.NewPCG(1, 1)), r) },
		func(r *release.Reader) ([]string, error) { return searchQuestions(t, r) },
		func(r *release.Reader) ([]string, error) { return lookUps(t, r, posts) },
		func(r *release.Reader) ([]string, error) {
			var all []string
			err := r.NamedRelease().Each(t.Context(), func(json []byte) error { all = append(all, string(json)); return nil })
			return all, err
		},
	}
	type answer struct {
		texts []string
		err   error
	}
	answers := func() (all []answer, err error) {
		r, err := c.Open("r1")
		if err != nil {
			return nil, err
		}
		defer r.Close()
		for _, ask := range questions {
			for _, view := range []store.View{store.Public, store.Preview} {
				texts, err := ask(r.Reader(view))
				all = append(all, answer{texts, err})
			}
		}
		return all, nil
	}
	want, err := answers()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	notOpened, refused, right := 0, 0, 0
	for range storetest.Times(*flips) {
		damaged := slices.Clone(sound)
		bit := rnd.IntN(len(damaged) * 8)
		damaged[bit/8] ^= 1 << (bit % 8)
		if err := os.WriteFile(path, damaged, 0o644); err != nil {
			t.Fatal(err)
		}
		got, err := answers()
		if err != nil {
			notOpened++
			got = nil
		}
		failed := false
		for i, a := range got {
			switch {
			case a.err != nil && !errors.Is(a.err, store.ErrCorrupt):
				t.Errorf("bit %d flipped: the error does not say that the release is damaged: %v", bit, a.err)
			case a.err == nil && !slices.Equal(a.texts, want[i].texts):
				t.Errorf("bit %d flipped, on page %d: a wrong answer to questions %d", bit, bit/8/(16<<10), i)
			}
			failed = failed || a.err != nil
		}
		switch {
		case failed:
			refused++
		case err == nil:
			right++
		}
		if _, err := c.Verify(t.Context(), "r1"); err == nil {
			t.Fatalf("bit %d flipped: verify found nothing", bit)
		}
	}
	t.Logf("%d flips: %d were found when the release was opened, %d when it was read, %d changed no answer", storetest.Times(*flips), notOpened, refused, right)
	if refused == 0 {
		t.Error("no flip was found by reading")
	}
	if err := os.WriteFile(path, sound[:len(sound)/2], 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := answers(); err == nil {
		t.Error("half a file was read without an error")
	}
}

// lookUps asks for every post and term by what names it, and for those beside
// them that are not there.
func lookUps(t *testing.T, r *release.Reader, posts []*content.Post) (answers []string, err error) {
	t.Helper()
	ctx := t.Context()
	for _, p := range posts {
		refs, err := r.Lookup(ctx, p.Slug, p.Slug+"-", p.Slug[:len(p.Slug)-1])
		if err != nil {
			return nil, err
		}
		byReference, err := r.LookupReference(ctx, p.Meta.Reference)
		if err != nil {
			return nil, err
		}
		beside, err := r.LookupReference(ctx, p.Meta.Reference+" ")
		if err != nil {
			return nil, err
		}
		answers = append(answers, fmt.Sprint(refs, byReference, beside))
		for _, address := range append([]string{"/none"}, p.Meta.URLs...) {
			ref, err := r.LookupAddress(ctx, address)
			if err != nil {
				return nil, err
			}
			answers = append(answers, fmt.Sprint(ref))
		}
	}
	for _, kind := range store.Kinds {
		page, err := r.FindTerms(ctx, store.TermQuery{Kind: kind, Window: store.Window{First: ptr(100)}})
		if err != nil {
			return nil, err
		}
		for _, term := range page.Terms {
			found, err := r.LookupTerms(ctx, kind, term.Slug, term.Slug+"-")
			if err != nil {
				return nil, err
			}
			answers = append(answers, asJSON(t, found))
		}
	}
	return answers, nil
}

// questions asks a fixed choice of questions and gives the answers as text.
func questions(t *testing.T, rnd *rand.Rand, r *release.Reader) (answers []string, err error) {
	t.Helper()
	first := 20
	for range 30 {
		page, err := r.Find(t.Context(), store.PostQuery{
			Filter: storetest.RandomFilter(rnd, 2), Order: storetest.RandomOrder(rnd), Window: store.Window{First: &first},
		})
		if err != nil {
			return nil, err
		}
		rows, err := r.PostsJSON(t.Context(), page.Refs, store.Whole)
		if err != nil {
			return nil, err
		}
		answers = append(answers, fmt.Sprint(page, string(slices.Concat(rows...))))
		filter := storetest.RandomFilter(rnd, 1)
		facets, err := r.Facets(t.Context(), store.FacetQuery{Filter: filter, By: store.Kinds, First: first})
		if err != nil {
			return nil, err
		}
		groups, err := r.ScoreGroups(t.Context(), store.ScoreGroupQuery{By: store.KindTool, Filter: filter, Order: store.DefaultGroupOrder, Window: store.Window{First: &first}})
		if err != nil {
			return nil, err
		}
		ranges, err := r.Ranges(t.Context(), store.RangeQuery{Filter: filter, By: []store.RangeBy{
			{Field: store.FieldQuality}, {Field: store.FieldViewCount}, {Field: store.FieldUpdated, Interval: store.Month}}})
		if err != nil {
			return nil, err
		}
		terms, err := r.FindTerms(t.Context(), store.TermQuery{
			Kind: store.KindTool, Prefix: "c", Order: store.TermOrder{ByPostCount: true}, Window: store.Window{First: &first}})
		if err != nil {
			return nil, err
		}
		answers = append(answers, asJSON(t, facets)+asJSON(t, groups)+asJSON(t, ranges)+asJSON(t, terms))
		for _, term := range terms.Terms {
			related, err := r.Related(t.Context(), store.RelatedQuery{Term: term.ID, First: first})
			if err != nil {
				return nil, err
			}
			answers = append(answers, asJSON(t, related))
		}
		if len(page.Refs) == 0 {
			continue
		}
		similar, err := similarQuestions(t, rnd, r, page.Refs[0])
		if err != nil {
			return nil, err
		}
		answers = append(answers, similar...)
	}
	searches, err := searchQuestions(t, r)
	return append(answers, searches...), err
}

// searchQuestions look for words in each way in which they are found.
func searchQuestions(t *testing.T, r *release.Reader) (answers []string, err error) {
	t.Helper()
	for _, typed := range []string{"rollback ", "caching steps ", "saf", `"safer steps" OR deploy `, `a -"caching rollback"`, "nowhere "} {
		page, err := r.Search(t.Context(), store.SearchQuery{Search: store.Search{Text: typed}, First: 20, Cursors: store.LastCursor})
		if err != nil {
			return nil, err
		}
		refs := make([]store.Ref, len(page.Hits))
		for i, hit := range page.Hits {
			refs[i] = hit.Ref
		}
		highlights, err := r.Highlights(t.Context(), store.Search{Text: typed}, refs)
		if err != nil {
			return nil, err
		}
		answers = append(answers, asJSON(t, page)+asJSON(t, highlights))
	}
	return answers, nil
}

// similarQuestions asks for the posts most similar to one in each way in which
// they are found and counted.
func similarQuestions(t *testing.T, rnd *rand.Rand, r *release.Reader, to store.Ref) (answers []string, err error) {
	t.Helper()
	for _, q := range []store.SimilarQuery{
		{First: 10, Cursors: store.LastCursor},
		{First: 10, MinSimilarity: float64(rnd.IntN(100)) / 100, Exclude: []string{"nobody"}},
		{First: 10, Filter: &store.Filter{HasImages: ptr(rnd.IntN(2) == 0)}},
		{First: 10, Filter: storetest.RandomFilter(rnd, 1)},
	} {
		for range 2 { // the second time much is remembered
			page, err := r.Similar(t.Context(), to, q)
			if err != nil {
				return nil, err
			}
			answers = append(answers, fmt.Sprint(page.Total, page.HasNext))
			for _, hit := range page.Hits {
				answers = append(answers, fmt.Sprint(hit.Ref, hit.Similarity, hit.Cursor))
				for _, shared := range hit.Shared {
					answers = append(answers, fmt.Sprint(*shared.Feature, shared.Contribution))
				}
			}
		}
	}
	return answers, nil
}
