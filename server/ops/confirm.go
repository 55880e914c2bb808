package ops

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"alphanode/apierror"
	"alphanode/server/pages/frame"
	"alphanode/server/route"
	"alphanode/store"
)

// act is what can be done to releases.
type act struct {
	name  string // in the address, and as a command
	title string // in front of the name of the release
	does  string // on the button
	comes string // what becomes of a post that readers do not have now
}

var (
	publish  = act{"publish", "Publish", "Publish", "is new"}
	rollback = act{"rollback", "Roll back", "Roll back to", "comes back"}
)

// confirmation is what is shown before an act: what it changes, bound to the release that is
// current now.
type confirmation struct {
	Name, Does, Comes string // of the act
	Title             string
	Action            string // where the form leads
	To, From          string // From is what is current, "" for nothing
	Served            string // what readers get now, which damage can make another; "" for nothing
	Posts             int    // of the release that comes, as readers see it
	Plan              *Plan  // nil where it is not known
	MoreTags          int    // beside those that are named
	MoreURLs          int
	MorePosts         int
	Purges            string // who is told to drop
	Note, NoteOf      string // left with the release that comes, or goes
	Owner             string
	Undoes            string // what is undone that came between; "" where nothing is
	Again             bool   // it is current already
	Command           string
	Keep              string // leads away
	Wrong             string // why nothing was changed
	Acts              bool   // who asks may do it
	SignIn, Next      string // for who may not
}

// namedInPlan is how many tags and addresses of a plan are shown.
const namedInPlan = 20

// target is the release that an act is about.
func target(values url.Values) (string, error) {
	to := values.Get("to")
	if !store.IsReleaseName(to) {
		return "", apierror.New(apierror.BadRequest, "query.to: found "+route.Shorten(to)+", expected "+route.ExpectedRelease+".",
			apierror.Field{Location: "query.to", Value: route.Shorten(to), Expected: route.ExpectedRelease})
	}
	return to, nil
}

// confirmPage shows what an act would do.
func (d *Desk) confirmPage(a act) handler {
	return func(v visit) (*route.Answer, error) {
		to, err := target(v.HTTP.URL.Query())
		if err != nil {
			return nil, err
		}
		return d.showConfirmation(v, a, to, "", http.StatusOK)
	}
}

func (d *Desk) showConfirmation(v visit, a act, to, wrong string, status int) (*route.Answer, error) {
	shown, err := d.confirmationOf(v, a, to)
	if err != nil {
		return nil, err
	}
	shown.Wrong = wrong
	answer, err := d.page(v, d.confirm, &frame.Page{Title: shown.Title + " · operations", Data: shown})
	if err == nil {
		answer.Status = status
	}
	return answer, err
}

func (d *Desk) confirmationOf(v visit, a act, to string) (*confirmation, error) {
	current, err := d.Catalogue.Current()
	if err != nil {
		return nil, apierror.New(apierror.Internal, "It cannot be read which release is current. Publish one with the command alphanode publish, which puts that right.").WithCause(err)
	}
	entries, err := d.Catalogue.List()
	if err != nil {
		return nil, err
	}
	comes, ok := entryOf(entries, to)
	if !ok || comes.Problem != "" {
		return nil, apierror.New(apierror.NotFound, "There is no release "+to+" that could be made current. It was never built, was removed, or cannot be read.",
			apierror.Field{Location: "query.to", Value: to, Expected: "a release that is there"})
	}
	c := &confirmation{
		Name: a.name, Does: a.does + " " + to, Comes: a.comes, Title: a.title + " " + to + "?", Action: v.Site.Path("/ops/" + a.name), To: to, From: current, Served: d.served(),
		Posts: comes.Public.Posts, Owner: comes.Owner, Keep: v.Site.Path("/ops"), Acts: v.Acts,
		SignIn: v.Site.Path("/ops/sign-in"), Next: "/ops/" + a.name + "?to=" + to,
	}
	if err := d.describeAct(a, c, entries, comes); err != nil {
		return nil, err
	}
	if d.Command != nil {
		c.Command = d.Command(a.name, to, c.Undoes != "")
	}
	if c.Plan, err = d.plan(v.Ctx, c.Served, to); err != nil && v.Ctx.Err() != nil {
		return nil, err
	} else if err != nil { // such as of a release that is damaged
		d.Log.Warn("cannot say what a switch changes", "before", c.Served, "after", to, "error", err)
		c.Plan = nil
	}
	if p := c.Plan; p != nil {
		c.MoreTags, c.MoreURLs, c.MorePosts = max(0, len(p.Tags)-namedInPlan), max(0, len(p.URLs)-namedInPlan), p.Total()-len(p.Posts)
	}
	if c.Purges = "to nobody: there are no webhooks"; d.Webhooks != nil {
		n := 0
		d.Webhooks.EachWaiting(func(string, int) { n++ })
		c.Purges = "to " + frame.Plural(n, "webhook", "webhooks")
	}
	return c, nil
}

// describeAct says what is peculiar to the one act and to the other.
func (d *Desk) describeAct(a act, c *confirmation, entries []store.Entry, comes store.Entry) error {
	if a == rollback {
		targets, err := d.Catalogue.RollbackTargets()
		if err != nil {
			return err
		}
		if !slices.Contains(targets, c.To) {
			return apierror.New(apierror.BadRequest, "There is no way back to "+c.To+": it was not current before "+orNothing(c.From)+". To go forward, publish it.",
				apierror.Field{Location: "query.to", Value: c.To, Expected: "a release that was current before"})
		}
		c.Title = "Roll back from " + c.From + " to " + c.To + "?"
		if goes, ok := entryOf(entries, c.From); ok {
			c.Note, c.NoteOf = goes.RollbackNote, goes.Name
		}
		return nil
	}
	c.Note, c.NoteOf = comes.Note, comes.Name
	if c.Again = c.To == c.From; !c.Again && comes.Parent != c.From {
		c.Undoes = comes.Parent
		if c.Undoes == "" {
			c.Undoes = "nothing"
		}
	}
	return nil
}

func orNothing(release string) string {
	if release == "" {
		return "nothing"
	}
	return release
}

func entryOf(entries []store.Entry, name string) (store.Entry, bool) {
	i := slices.IndexFunc(entries, func(e store.Entry) bool { return e.Name == name })
	if i < 0 {
		return store.Entry{}, false
	}
	return entries[i], true
}

// served names the release that readers get now; "" where there is none.
func (d *Desk) served() string {
	r, err := d.Live.Acquire()
	if err != nil {
		return ""
	}
	defer r.Close()
	return r.Name()
}

// do does what was confirmed, over the release that was current when it was shown.
func (d *Desk) do(a act) handler {
	return func(v visit) (*route.Answer, error) {
		form := v.HTTP.PostForm
		to, err := target(form)
		if err != nil {
			return nil, err
		}
		if typed := form.Get("confirm"); typed != to {
			return d.showConfirmation(v, a, to, "Nothing was changed: the name that was typed is not "+to+".", http.StatusBadRequest)
		}
		if !form.Has("from") {
			return d.showConfirmation(v, a, to, "Nothing was changed: the form did not say what was current when it was shown.", http.StatusBadRequest)
		}
		published, err := d.act(v, a, to, form.Get("from"), form.Get("force") != "")
		if changed, ok := errors.AsType[*store.NotCurrentError](err); ok {
			return d.showConfirmation(v, a, to, "Nothing was changed: somebody else was faster. When this was shown "+orNothing(changed.Expected)+
				" was current, and now "+orNothing(changed.Found)+" is. What follows is what would change now.", http.StatusConflict)
		}
		if refused, ok := errors.AsType[*store.RefusedError](err); ok {
			return d.showConfirmation(v, a, to, "Nothing was changed: "+refused.Reason+".", http.StatusBadRequest)
		}
		if err != nil {
			return nil, route.ReleaseProblem(err, "query.to", to)
		}
		d.Log.Info("another release was made current at /ops", slog.String("act", a.name), slog.String("release", published.Release),
			slog.String("from", published.From), slog.String("by", v.Name), slog.String("request_id", v.ID))
		d.awaitServed(v.Ctx, to)
		return seeOther(v.Request, "/ops?done="+to), nil
	}
}

func (d *Desk) act(v visit, a act, to, from string, force bool) (store.Published, error) {
	trace := ""
	if v.Trace.Valid() {
		trace = v.Trace.Traceparent()
	}
	if a == rollback {
		return d.Catalogue.Rollback(to, store.RollbackOptions{By: v.Name, Trace: trace, Over: &from})
	}
	return d.Catalogue.Publish(to, store.PublishOptions{By: v.Name, Force: force, Trace: trace, Over: &from})
}

// awaitServed waits until readers get a release, as they do soon, so that the page that
// follows shows it.
func (d *Desk) awaitServed(ctx context.Context, name string) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for d.served() != name {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}
