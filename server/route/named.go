package route

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"alphanode/apierror"
	"alphanode/store"
)

// The term that an address names is found by its slug, or else by what filters take: its
// name in any spelling, of an entity also type:name. The address of its slug is its own;
// under another name the answer is the same, and says where that is.

// TermParameter takes what names a term.
func TermParameter(what, names string) *Parameter {
	p := SlugParameter(what)
	p.Doc = "The slug of the " + what + ", or " + names + " as filters take it. Under another name than its slug the answer is the same, and Content-Location says where it belongs."
	return p
}

// NamedTerm finds the term. Links of its answer lead to addresses with its slug.
func NamedTerm(r *Request, kind store.Kind) (*store.Term, error) {
	if spaced(r.Slug) { // as filters do not take it: c++ that a form has written is not c
		return nil, missingTerm(r, &store.TermError{Kind: kind, Value: r.Slug})
	}
	term, err := r.Reader.FindTerm(r.Ctx, kind, r.Slug)
	if none, ok := errors.AsType[*store.TermError](err); ok {
		return nil, missingTerm(r, none)
	}
	if err != nil {
		return nil, err
	}
	if term.Slug != r.Slug {
		r.Path = withSlug(r.Path, term.Slug)
	}
	return term, nil
}

func spaced(name string) bool { return strings.TrimSpace(name) != name }

// withSlug is the address of a term, or one below it, with another slug: it stands behind
// the name of the list of all of them.
func withSlug(path, slug string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts[:len(parts)-1] {
		if part == "entities" || part == "tools" {
			parts[i+1] = url.PathEscape(slug)
			break
		}
	}
	return strings.Join(parts, "/")
}

// AboutTerm notes it that an answer is about the term that the address names. What the
// answer is under a name also hangs on the terms that may come: one with a slug that is
// that name, or an entity of another type that is called so too.
func (a *Answer) AboutTerm(r *Request, term *store.Term) {
	a.About(string(term.Kind), term.Slug)
	if term.Slug == r.Slug {
		return
	}
	a.About(string(term.Kind), r.Slug)
	if term.Kind == store.KindEntity && !slices.Contains(a.Keys, "posts") {
		a.Keys = append(a.Keys, "posts")
	}
	at := r.Path
	if len(r.Values) > 0 {
		at += "?" + r.Values.Encode()
	}
	a.Header.Add("Content-Location", r.Site.Path(at))
}

// missingTerm says that the address names no term, and what may have been meant; or that
// it names several, and which.
func missingTerm(r *Request, e *store.TermError) error {
	shown, what := strconv.Quote(Shorten(r.Slug)), string(e.Kind)
	if len(e.Meant) > 1 {
		several := store.Suggestion{Kind: e.Kind, Value: r.Slug}
		for _, t := range e.Meant[:min(len(e.Meant), store.MaxNearest)] {
			several.Nearest = append(several.Nearest, t.Type+":"+t.Name)
		}
		return NotFound(r, strconv.Itoa(len(e.Meant))+" entities have the name "+shown+".", "the slug of one of them, or type:name", several).WithCause(e)
	}
	f, value, expected := &store.Filter{}, &store.TermFilter{In: []string{r.Slug}}, "the slug or the name of a "+what
	if e.Kind == store.KindEntity {
		f.Entity, expected = value, "the slug of an entity, its name or type:name"
	} else {
		f.Tool = value
	}
	if spaced(r.Slug) {
		expected += " without spaces at its ends, where %2B is a plus"
	}
	near, err := r.Reader.Suggest(r.Ctx, f)
	for i := range near {
		if err == nil {
			near[i].Nearest, err = addressable(r, e.Kind, near[i].Nearest)
		}
	}
	if err != nil && !errors.Is(err, store.ErrTooComplex) { // where it is too dear to look, it is not there all the same
		return err
	}
	return NotFound(r, "There is no "+what+" with the slug or the name "+shown+".", expected, near...).WithCause(e)
}

// addressable puts type:name in place of names that several entities have.
func addressable(r *Request, kind store.Kind, names []string) (all []string, err error) {
	for _, name := range names {
		_, err := r.Reader.FindTerm(r.Ctx, kind, name)
		several, ok := errors.AsType[*store.TermError](err)
		switch {
		case ok && len(several.Meant) > 1:
			for _, t := range several.Meant {
				all = append(all, t.Type+":"+t.Name)
			}
		case err != nil && !ok:
			return nil, err
		default:
			all = append(all, name)
		}
	}
	return all[:min(len(all), store.MaxNearest)], nil
}

// MissingPost says that the address names no post, and which slugs begin alike; another
// error than that there is none stays what it is.
func MissingPost(r *Request, err error) error {
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	near, nearErr := r.Reader.NearSlugs(r.Ctx, r.Slug)
	if nearErr != nil && !errors.Is(nearErr, store.ErrTooComplex) {
		return nearErr
	}
	return NotFound(r, "There is no post with the slug "+strconv.Quote(Shorten(r.Slug))+".", "the slug of a post",
		store.Suggestion{Value: r.Slug, Nearest: near}).WithCause(err)
}

// NotFound says that what the address names is not there, and what may have been meant.
func NotFound(r *Request, detail, expected string, near ...store.Suggestion) *apierror.Error {
	near = slices.DeleteFunc(near, func(s store.Suggestion) bool { return len(s.Nearest) == 0 })
	if len(near) > 0 {
		meant := near[0].Nearest[:1]
		if near[0].Parts != nil { // the value lists several, of which the address names one
			meant = near[0].Nearest
		}
		expected += "; did you mean " + apierror.Alternatives(meant) + "?"
	}
	return apierror.New(apierror.NotFound, detail,
		apierror.Field{Location: "path.slug", Value: Shorten(r.Slug), Expected: expected}).WithSuggestions(near...)
}
