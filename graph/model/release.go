package model

import (
	"time"

	"alphanode/store"
)

// Release is what everyone may know of a release.
type Release struct {
	Name        string
	PublishedAt time.Time // zero where it never was
	store.Counts
}

// ReleaseOf tells of the release that is read.
func ReleaseOf(r Reads) *Release {
	m := r.NamedRelease().Manifest()
	return &Release{Name: m.Name, PublishedAt: r.NamedRelease().PublishedAt(), Counts: m.Public}
}
