package ops

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"alphanode/server/pages/frame"
	"alphanode/server/quota"
	"alphanode/server/route"
	"alphanode/store"
)

const (
	// attemptsPerMinute is how often one network may be wrong about a key. No key can be
	// guessed; it is for who tries all the same.
	attemptsPerMinute = 10
	// mostNetworks is how many are remembered that were.
	mostNetworks = 4096
)

func (d *Desk) account(r *http.Request) quota.Account {
	return d.attempts.Of(quota.OfNetwork(d.Client(r).Network()), attemptsPerMinute)
}

// try gives the key with this secret, where it opens what is here. A right key opens it
// however often others of its network were wrong.
func (d *Desk) try(r *http.Request, secret string, now time.Time) (store.Key, bool) {
	key, ok := d.Keys.Find(secret)
	if !ok || !opens(key, now) {
		d.account(r).Spend(1)
		return store.Key{}, false
	}
	return key, true
}

// begin takes a key for a session.
func (d *Desk) begin(v visit) (*route.Answer, error) {
	now, secure := d.now(), d.Client(v.HTTP).Secure
	key, ok := d.try(v.HTTP, strings.TrimSpace(v.HTTP.PostForm.Get("key")), now)
	if left := d.account(v.HTTP).Left(); !ok && left.Exhausted() {
		a, err := d.form(v, "Too many keys were wrong. Try again in a minute.", http.StatusTooManyRequests)
		if err == nil {
			a.Header.Set("Retry-After", strconv.FormatInt(left.Seconds(), 10))
		}
		return a, err
	}
	if !ok {
		return d.form(v, "This is no key that opens this page: it takes one of the scope admin that was neither revoked nor has expired.", http.StatusUnauthorized)
	}
	a := seeOther(v.Request, onward(v.HTTP.PostForm.Get("next")))
	a.Header.Add("Set-Cookie", cookie(d.sessions.begin(key, now), v.Site.Path("/ops"), secure))
	d.Log.Info("signed in at /ops", "key", key.ID, "request_id", v.ID)
	return a, nil
}

// end ends a session.
func (d *Desk) end(v visit) (*route.Answer, error) {
	d.sessions.end(v.HTTP)
	a := seeOther(v.Request, "/ops")
	a.Header.Add("Set-Cookie", cookie("", v.Site.Path("/ops"), d.Client(v.HTTP).Secure))
	return a, nil
}

// onward is where the form leads: to a page of the desk and nowhere else.
func onward(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" {
		return "/ops"
	}
	switch u.Path {
	case "/ops", "/ops/publish", "/ops/rollback":
		if query := u.Query().Encode(); query != "" {
			return u.Path + "?" + query
		}
		return u.Path
	}
	return "/ops"
}

// signingIn is what the form shows.
type signingIn struct {
	SignIn, Next, Wrong string
}

// form is all that is shown to who has no key.
func (d *Desk) form(v visit, wrong string, status int) (*route.Answer, error) {
	if wrong == "" && v.refused {
		wrong = "This is no key that opens this page."
	}
	shown := signingIn{SignIn: v.Site.Path("/ops/sign-in"), Next: "/ops", Wrong: wrong}
	if v.HTTP.Method != http.MethodPost {
		shown.Next = onward(v.HTTP.URL.RequestURI())
	} else if next := v.HTTP.PostForm.Get("next"); next != "" {
		shown.Next = onward(next)
	}
	a, err := d.page(v, d.signIn, &frame.Page{Title: "A key is needed · operations", Data: shown})
	if err != nil {
		return nil, err
	}
	if a.Status = status; status == http.StatusUnauthorized {
		a.Header.Set("Www-Authenticate", "Bearer")
	}
	a.Header.Set("Cache-Control", "no-store")
	return a, nil
}

func (d *Desk) page(v visit, t *frame.Template, p *frame.Page) (*route.Answer, error) {
	p.NoIndex, p.Section, p.Scripts, p.Apart = true, "/ops", []string{d.script}, v.door.Apart
	return t.Answer(v.Request, p)
}
