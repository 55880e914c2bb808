package rest

import (
	"alphanode/server/route"
	"alphanode/store"
	"alphanode/store/live"
)

// Archive is what the addresses of REST need beside the release that a request is
// answered from.
type Archive struct {
	Live      PublishedReleases
	Catalogue Catalogue
	Place     route.Place // for streams
}

// PublishedReleases knows of releases beside the one that answers.
type PublishedReleases interface {
	// Others gives the releases beside the current one; it may be nil.
	Others() *live.Others
	// Damage says what damage was found, and what is served because of it.
	Damage() live.Damage
}

// Catalogue changes which release is current.
type Catalogue interface {
	Publish(name string, o store.PublishOptions) (store.Published, error)
	Rollback(to string, o store.RollbackOptions) (store.Published, error)
	ListPage(first int, after string) (*store.ReleasePage[store.Entry], error)
}
