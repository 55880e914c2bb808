package rest

import (
	"cmp"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/agnivade/levenshtein"

	"alphanode/apierror"
	"alphanode/content"
	"alphanode/server/route"
	"alphanode/store"
)

// The term that an address names is found by its slug, or else by what filters take: its
// name in any spelling, of an entity also type:name. The address of its slug is its own;
// under another name the answer is the same, and says where that is.

// termParameter takes what names a term.
func termParameter(what, names string) *route.Parameter {
	p := route.SlugParameter(what)
	p.Doc = "The slug of the " + what + ", or " + names + " as filters take it. Under another name than its slug the answer is the same, and Content-Location says where it belongs."
	return p
}

// namedTerm finds the term. Links of its answer lead to addresses with its slug.
func namedTerm(r *route.Request, kind store.Kind) (*store.Term, error) {
	if strings.TrimSpace(r.Slug) != r.Slug { // as filters do not take it: c++ that was written by a form is not c
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

// withSlug is the address of a term, or one below it, with another slug: it is the third
// part of each of them.
func withSlug(path, slug string) string {
	parts := strings.Split(path, "/")
	parts[3] = url.PathEscape(slug)
	return strings.Join(parts, "/")
}

// aboutTerm notes it that an answer is about the term that the address names. What the
// answer is under a name also hangs on the terms that may come: one with a slug that is
// that name, or an entity of another type that is called so too.
func aboutTerm(a *route.Answer, r *route.Request, term *store.Term) {
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
	a.Header.Add("Content-Location", at)
}

// missingTerm says that the address names no term, and what may have been meant; or that
// it names several, and which.
func missingTerm(r *route.Request, e *store.TermError) error {
	shown, what := strconv.Quote(route.Shorten(r.Slug)), string(e.Kind)
	if len(e.Meant) > 1 {
		several := store.Suggestion{Kind: e.Kind, Value: r.Slug}
		for _, t := range e.Meant[:min(len(e.Meant), store.MaxNearest)] {
			several.Nearest = append(several.Nearest, t.Type+":"+t.Name)
		}
		return notFound(r, strconv.Itoa(len(e.Meant))+" entities have the name "+shown+".", "the slug of one of them, or type:name", several).WithCause(e)
	}
	f, value, expected := &store.Filter{}, &store.TermFilter{In: []string{r.Slug}}, "the slug or the name of a "+what
	if e.Kind == store.KindEntity {
		f.Entity, expected = value, "the slug of an entity, its name or type:name"
	} else {
		f.Tool = value
	}
	near, err := r.Reader.Suggest(r.Ctx, f)
	if err == nil && strings.TrimSpace(r.Slug) != r.Slug {
		expected += " without spaces at its ends, where %2B is a plus"
		if names, err := withoutSpaces(r, e.Kind); err != nil {
			return err
		} else if names != nil {
			near = []store.Suggestion{{Kind: e.Kind, Value: r.Slug, Nearest: names}}
		}
	}
	for i := range near {
		if e.Kind != store.KindEntity || err != nil {
			break
		}
		near[i].Nearest, err = entitiesNamed(r, &near[i])
	}
	if err != nil && !errors.Is(err, store.ErrTooComplex) { // where it is too dear to look, it is not there all the same
		return err
	}
	return notFound(r, "There is no "+what+" with the slug or the name "+shown+".", expected, near...).WithCause(e)
}

// withoutSpaces gives the names that are there of what a name with spaces at its ends may have
// been: with pluses, which a form writes as spaces, or without.
func withoutSpaces(r *route.Request, kind store.Kind) (names []string, err error) {
	trimmed := strings.TrimRight(r.Slug, " ")
	for _, value := range []string{trimmed + strings.Repeat("+", len(r.Slug)-len(trimmed)), strings.TrimSpace(r.Slug)} {
		term, err := r.Reader.FindTerm(r.Ctx, kind, value)
		if none, ok := errors.AsType[*store.TermError](err); ok {
			if len(none.Meant) == 0 {
				continue
			}
			term = none.Meant[0]
		} else if err != nil {
			return nil, err
		}
		if !slices.Contains(names, term.Name) {
			names = append(names, term.Name)
		}
	}
	return names, nil
}

// entitiesNamed gives the names of a suggestion as each names one entity: with its type where
// several have the name, or where a type was asked for. Of the several those are meant that
// have it.
func entitiesNamed(r *route.Request, s *store.Suggestion) ([]string, error) {
	typed, asked := strings.Contains(r.Slug, ":"), content.Identity(route.Shorten(r.Slug))
	away := func(t *store.Term) int {
		return levenshtein.ComputeDistance(asked, content.Identity(t.Type+":"+t.Name))
	}
	values := s.Parts
	if values == nil {
		values = []string{s.Value}
	}
	var each []string
	for _, name := range s.Nearest {
		term, err := r.Reader.FindTerm(r.Ctx, store.KindEntity, name)
		named := []*store.Term{term}
		if several, ok := errors.AsType[*store.TermError](err); ok {
			named = several.Meant
		} else if err != nil {
			return nil, err
		}
		named = slices.DeleteFunc(named, func(t *store.Term) bool { return content.Identity(t.Name) != content.Identity(name) })
		without := func(t *store.Term) bool {
			return !slices.ContainsFunc(values, func(asked string) bool { return hasType(asked, t.Type) })
		}
		if slices.ContainsFunc(named, func(t *store.Term) bool { return !without(t) }) {
			named = slices.DeleteFunc(named, without)
		} else if len(named) == 0 || len(named) == 1 && !typed {
			each = append(each, name)
			continue
		}
		if typed { // perhaps a type that is misspelled
			slices.SortStableFunc(named, func(a, b *store.Term) int { return cmp.Compare(away(a), away(b)) })
		}
		for _, t := range named {
			each = append(each, t.Type+":"+t.Name)
		}
	}
	return each[:min(len(each), store.MaxNearest)], nil
}

// hasType reports whether type:name or a slug is of a type.
func hasType(asked, typ string) bool {
	asked = content.Identity(asked)
	return strings.HasPrefix(asked, content.Identity(typ)+":") || strings.HasPrefix(asked, content.Slugify(typ)+"-")
}

// notFound says that what the address names is not there, and what may have been meant.
func notFound(r *route.Request, detail, expected string, near ...store.Suggestion) *apierror.Error {
	near = slices.DeleteFunc(near, func(s store.Suggestion) bool { return len(s.Nearest) == 0 })
	if len(near) > 0 {
		meant := near[0].Nearest[:1]
		if near[0].Parts != nil { // the address names one
			meant = near[0].Nearest
		}
		expected += "; did you mean " + apierror.Alternatives(meant) + "?"
	}
	return apierror.New(apierror.NotFound, detail,
		apierror.Field{Location: "path.slug", Value: route.Shorten(r.Slug), Expected: expected}).WithSuggestions(near...)
}
