package server

import (
	"context"
	"slices"
	"strings"
	"time"

	"alphanode/fleet"
	"alphanode/server/ops"
	"alphanode/server/rest"
	"alphanode/store"
	"alphanode/store/live"
	"alphanode/store/release"
)

// Archive is the data directory that a server answers from.
type Archive struct {
	Live      Live
	Keys      Keys
	Catalogue Catalogue
	Webhooks  Webhooks // nil where none are configured
	Fleet     Fleet    // nil where the directory is this server's alone

	// Of the pages for people on call; nil where it cannot be told: what a switch changes,
	// and what does the same in a terminal.
	Plan    func(ctx context.Context, before, after string) (*ops.Plan, error)
	Command func(act, release string, force bool) string
}

// Catalogue knows the releases, and changes which is current.
type Catalogue interface {
	rest.Catalogue
	ops.Catalogue
}

// Live gives releases.
type Live interface {
	// Acquire gives the current release, which stays open until it is given
	// back with Close; an error where there is none.
	Acquire() (*release.Release, error)
	// Pin gives a release by name, likewise; an error where there is none, or
	// none that the options allow.
	Pin(ctx context.Context, name string, o store.PinOptions) (*release.Release, error)
	// Reached reports whether what is in a release that was served came with the named one
	// or after it, as far as is known here.
	Reached(served, named string) (bool, error)
	// Recent names the releases that were left no longer ago than this and that Pin gives
	// to everyone, the one left last first. It is asked with each page.
	Recent(window time.Duration) []string
	// Others gives the releases beside the current one; it may be nil.
	Others() *live.Others
	// Staged names the newest release that could be published, or "".
	Staged() string
	// OnSwitch has a function called after each switch to another release.
	OnSwitch(func(store.Switch))
	// Problem says why the release that should be served is not, or "".
	Problem() string
	// Damage says what damage was found, and what is served because of it.
	Damage() live.Damage
}

// Keys knows who asks.
type Keys interface {
	// Find gives the key with this secret, where there is one in force.
	Find(secret string) (store.Key, bool)
	// ByID gives the key with this id, likewise.
	ByID(id string) (store.Key, bool)
	// Problem says why the keys in force may be old ones, or "".
	Problem() string
}

// Webhooks tells how it goes with those who are told what caches must drop.
type Webhooks interface {
	// EachAttempt gives for each of them how many attempts came out in some way.
	EachAttempt(func(webhook, outcome string, attempts int))
	// EachWaiting gives for each how many switches it was not told of.
	EachWaiting(func(webhook string, switches int))
	// Forgetful reports whether what they must be told cannot be written down.
	Forgetful() bool
}

// Fleet is those with whom the data directory is shared.
type Fleet interface {
	// Unready says why no new reader is to be sent to this server, or "".
	Unready() string
	// Warning says what is wrong though readers are answered, or "".
	Warning() string
	// State counts.
	State() fleet.State
	// Look tells how all are who belong to it, and who of them this server is. It takes no
	// longer than a page may.
	Look(context.Context) fleet.Sight
	Name() string
}

// problem says what is wrong with the data directory, or "".
func (a *Archive) problem() string {
	release, keys := a.Live.Problem(), a.Keys.Problem()
	problems := []string{release, keys}
	if a.Fleet != nil {
		problems = append(problems, a.Fleet.Warning())
	}
	return strings.Join(slices.DeleteFunc(problems, func(problem string) bool { return problem == "" }), "; ")
}

// publishedReleases are the releases as pages see them.
type publishedReleases struct{ Live }

func (r publishedReleases) Published(first int, after string) (*store.ReleasePage[store.PublishedRelease], error) {
	return r.Others().Published(first, after)
}
