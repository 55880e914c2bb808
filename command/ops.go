package command

import (
	"context"
	"errors"

	"alphanode/purge"
	"alphanode/server/ops"
	"alphanode/store"
	"alphanode/store/catalogue"
	"alphanode/store/compare"
)

// plans says, for the pages on which people publish and roll back, what the commands diff
// and diff --purge say of a switch.
func plans(releases *catalogue.Catalogue, site purge.Site) func(ctx context.Context, before, after string) (*ops.Plan, error) {
	return func(ctx context.Context, before, after string) (*ops.Plan, error) {
		a, err := releases.Open(before)
		if err != nil {
			return nil, err
		}
		defer a.Close()
		b, err := releases.Open(after)
		if err != nil {
			return nil, err
		}
		defer b.Close()
		d, err := compare.NewDiff(ctx, a, b, store.Public)
		if err != nil {
			return nil, err
		}
		p := &ops.Plan{ChangeCounts: d.ChangeCounts}
		err = d.Each(ctx, func(c store.Change) error {
			if len(p.Posts) == ops.MostPosts {
				return errEnough
			}
			p.Posts = append(p.Posts, c)
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			return nil, err
		}
		drops, err := purge.Compare(ctx, a, b, site)
		if err != nil {
			return nil, err
		}
		p.All, p.Tags, p.URLs = drops.All, drops.Tags, drops.URLs
		return p, nil
	}
}

var errEnough = errors.New("that is enough")

// actAgain is what does the same in a terminal as the pages do.
func (c *commandLine) actAgain(act, release string, force bool) string {
	switch {
	case act == "rollback":
		return c.again(act, nil, "--to", release)
	case force:
		return c.again(act, []string{release}, "--force")
	default:
		return c.again(act, []string{release})
	}
}
