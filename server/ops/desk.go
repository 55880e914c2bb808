package ops

import (
	"context"
	"embed"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"alphanode/apierror"
	"alphanode/server/client"
	"alphanode/server/figures"
	"alphanode/server/pages/frame"
	"alphanode/server/quota"
	"alphanode/server/route"
	"alphanode/server/schema"
	"alphanode/store"
	"alphanode/store/live"
	"alphanode/store/release"
)

// Options are what the pages show and do. Webhooks, Fleet, Plan and Command may be nil; Figures must
// be there when the first page is asked for.
type Options struct {
	Frame     *frame.Frame
	Figures   *figures.Figures
	Live      Live
	Keys      Keys
	Catalogue Catalogue
	Webhooks  Webhooks
	State     func() State
	Fleet     func(context.Context) Fleet // does not wait for who is silent
	Client    func(*http.Request) client.Client
	Hosts     []string // names by which the address of operators is asked
	Log       *slog.Logger

	// Plan says what it changes that one release is served in place of another. It may take
	// long, and is asked for one at a time.
	Plan func(ctx context.Context, before, after string) (*Plan, error)
	// Command is what does the same as an act in a terminal: publish or rollback.
	Command func(act, release string, force bool) string
}

// Live gives the release that is served.
type Live interface {
	Acquire() (*release.Release, error)
	Damage() live.Damage
}

// Keys knows who asks.
type Keys interface {
	Find(secret string) (store.Key, bool)
	ByID(id string) (store.Key, bool)
}

// Catalogue knows the releases, and changes which is current.
type Catalogue interface {
	List() ([]store.Entry, error) // oldest first
	Current() (string, error)
	RollbackTargets() ([]string, error)
	Publish(name string, o store.PublishOptions) (store.Published, error)
	Rollback(to string, o store.RollbackOptions) (store.Published, error)
}

// Webhooks tells how it goes with those who are told what caches must drop.
type Webhooks interface {
	EachAttempt(func(webhook, outcome string, attempts int))
	EachWaiting(func(webhook string, switches int))
	Forgetful() bool
}

// State is what the server knows of itself.
type State struct {
	InFlight int
	Draining bool
	Problem  string // "" where there is none
	Carried  *Carried
}

// Carried is what became of kept answers at the last switch; nil where there was none.
type Carried struct {
	From, To                               string
	At                                     time.Time
	Known, Stayed, Equal, Changed, Dropped int
	All                                    bool // everything was dropped
	Under                                  bool // it is still being found out
	Took                                   time.Duration
}

// Desk is the pages for people on call.
type Desk struct {
	Options
	sessions  sessions
	attempts  *quota.Accounts // with keys that open nothing, by network
	crossSite http.CrossOriginProtection
	script    string // its path
	planning  chan struct{}

	overview, confirm, signIn, wrong *frame.Template
	now                              func() time.Time
}

//go:embed templates assets
var files embed.FS

// New makes the pages.
func New(o Options) *Desk {
	d := &Desk{
		Options: o, sessions: sessions{keys: o.Keys}, attempts: quota.New(mostNetworks), planning: make(chan struct{}, 1),
		now: time.Now,
	}
	for name, page := range map[string]**frame.Template{"overview.html": &d.overview, "confirm.html": &d.confirm, "sign-in.html": &d.signIn, "problem.html": &d.wrong} {
		*page = o.Frame.Template(files, "templates/"+name, "templates/parts.html")
	}
	script, err := fs.ReadFile(files, "assets/ops.js")
	if err != nil { // it is embedded
		panic(err)
	}
	d.script = o.Frame.Asset("ops.js", script)
	return d
}

// Routes are the pages as they are behind a door.
func (d *Desk) Routes(door Door) []*route.Route {
	all := []*route.Route{
		{Method: "GET", Pattern: "/ops", Handle: d.reading(door, d.overviewPage)},
		{Method: "GET", Pattern: "/ops/publish", Handle: d.reading(door, d.confirmPage(publish))},
		{Method: "POST", Pattern: "/ops/publish", Handle: d.acting(door, d.do(publish))},
		{Method: "GET", Pattern: "/ops/rollback", Handle: d.reading(door, d.confirmPage(rollback))},
		{Method: "POST", Pattern: "/ops/rollback", Handle: d.acting(door, d.do(rollback))},
		{Method: "POST", Pattern: "/ops/sign-in", Handle: d.posted(door, d.begin)},
		{Method: "POST", Pattern: "/ops/sign-out", Handle: d.posted(door, d.end)},
	}
	for _, rt := range all {
		rt.ID, rt.Tag, rt.Media, rt.Lenient = rt.Pattern, "ops", frame.Media, true
		rt.Part, rt.Admits, rt.RestsOn, rt.Gives = route.PartPages, true, route.OnNothing, schema.Text("A page.")
		if rt.Method == "POST" {
			rt.Takes = schema.Text("A form.")
		}
		rt.Prepare()
	}
	return all
}

// visit is one request, and who made it.
type visit struct {
	*route.Request
	visitor
	door Door
}

type handler func(visit) (*route.Answer, error)

// reading lets in who may read; others get the form.
func (d *Desk) reading(door Door, handle handler) func(*route.Request) (*route.Answer, error) {
	return func(r *route.Request) (*route.Answer, error) {
		v := visit{r, d.visitorOf(door, r.HTTP, d.now()), door}
		if !v.Reads {
			return d.form(v, "", http.StatusUnauthorized)
		}
		return d.private(v, handle)
	}
}

// acting lets in who may act, from a page of this server.
func (d *Desk) acting(door Door, handle handler) func(*route.Request) (*route.Answer, error) {
	return d.posted(door, func(v visit) (*route.Answer, error) {
		v.visitor = d.visitorOf(door, v.HTTP, d.now())
		if !v.Acts {
			return d.form(v, "To publish and to roll back takes a key here. Nothing was changed.", http.StatusUnauthorized)
		}
		return handle(v)
	})
}

// posted lets in forms of the pages of this server, and what comes from no page.
func (d *Desk) posted(door Door, handle handler) func(*route.Request) (*route.Answer, error) {
	return func(r *route.Request) (*route.Answer, error) {
		v := visit{Request: r, door: door}
		if err := d.crossSite.Check(r.HTTP); err != nil {
			return d.problem(v, apierror.New(apierror.Forbidden, "Pages of other origins may not do this. Nothing was changed.",
				apierror.Field{Location: "header.Origin", Value: route.Shorten(r.HTTP.Header.Get("Origin")), Expected: "a form of this server"}).WithCause(err))
		}
		if err := r.HTTP.ParseForm(); err != nil {
			return d.problem(v, apierror.New(apierror.BadRequest, "The form cannot be read. Nothing was changed.",
				apierror.Field{Location: "body", Expected: "a form as the page sends it"}).WithCause(err))
		}
		return d.private(v, handle)
	}
}

// private keeps caches and the history of browsers from holding a page.
func (d *Desk) private(v visit, handle handler) (*route.Answer, error) {
	a, err := handle(v)
	if err != nil {
		a, err = d.problem(v, err)
	}
	if err == nil {
		a.Header.Set("Cache-Control", "no-store")
	}
	return a, err
}

// problem is a page that says what went wrong.
func (d *Desk) problem(v visit, err error) (*route.Answer, error) {
	told := route.Problem(err, v.HTTP.URL.EscapedPath())
	a, err := d.page(v, d.wrong, &frame.Page{Title: told.Fault.Code.Title() + " · operations", Data: map[string]any{
		"Title": told.Fault.Code.Title(), "Sentences": strings.SplitAfter(told.Fault.Error(), ". "), "Status": told.Status, "Code": told.Code, "Back": v.Site.Path("/ops"),
	}})
	if err != nil {
		return nil, err
	}
	a.Status, a.Code, a.Cause = told.Status, told.Code, told.Cause
	a.Header.Set("Cache-Control", "no-store")
	return a, nil
}

// seeOther leads to another page of the desk, so that to load it anew sends no form again.
func seeOther(r *route.Request, path string) *route.Answer {
	a := route.NewAnswer(http.StatusSeeOther)
	a.Header.Set("Location", r.Site.Path(path))
	return a
}
