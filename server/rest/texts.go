package rest

import (
	"errors"

	"alphanode/server/route"
	"alphanode/store"
)

const (
	// readTogether is how many bytes of posts of which parts are shown are in memory
	// at a time; one post may have more.
	readTogether = 4 << 20
	// projectPrice is what it costs to take fields out of a KiB of a post, in units of
	// a budget.
	projectPrice = 3
)

// texts appends posts as they are sent. They are refused before they are read where
// the answer would have more bytes than it may.
func texts(r *route.Request, body []byte, refs []store.Ref, part store.Part, spare int) (all []byte, texts []store.Text, err error) {
	all, texts, err = r.Reader.AppendTexts(r.Ctx, body, refs, part, store.Room{Spare: spare, Most: r.Most})
	if long, ok := errors.AsType[*store.LengthError](err); ok {
		err = route.TooLong(long)
	}
	return all, texts, err
}

// eachText reads posts of which parts are shown, one after the other or, where they
// are not much, together. A text is valid until use returns.
func eachText(r *route.Request, refs []store.Ref, part store.Part, use func(i int, text store.Text) error) error {
	all, texts, err := r.Reader.AppendTexts(r.Ctx, nil, refs, part, store.Room{Most: readTogether})
	long, apart := errors.AsType[*store.LengthError](err)
	size := len(all)
	if apart {
		size = long.Found
	} else if err != nil {
		return err
	}
	switch {
	case r.Fields != nil:
		err = r.Reader.Budget().Spend(r.Ctx, size>>10*projectPrice)
	case apart && size > r.Most:
		err = route.TooLong(&store.LengthError{Found: size, Most: r.Most})
	default:
		err = nil
	}
	if err != nil {
		return err
	}
	for i, ref := range refs {
		at := i
		if apart {
			if all, texts, err = r.Reader.AppendTexts(r.Ctx, all[:0], []store.Ref{ref}, part, store.Room{}); err != nil {
				return err
			}
			at = 0
		}
		if err := use(i, texts[at]); err != nil {
			return err
		}
	}
	return nil
}
