package content

import (
	"bytes"
	"slices"

	"github.com/go-faster/jx"
)

// ChangedFields names the fields in which two posts differ, by their paths such
// as title or meta.score.quality, in alphabetical order. The posts are given as
// canonical JSON. A list is one field, and so is extra.
func ChangedFields(before, after []byte) ([]string, error) {
	paths, err := changedWithin(nil, "", before, after)
	slices.Sort(paths)
	return paths, err
}

// parted are the objects of a post whose fields are told apart.
var parted = map[string]bool{"meta": true, "meta.score": true, "meta.revision": true, "meta.flags": true, "meta.payload": true}

// changedWithin adds the paths of what differs in two objects. One that is not
// there, which is nil, differs from another in all that this has.
func changedWithin(paths []string, at string, before, after []byte) ([]string, error) {
	was, err := membersOf(before)
	if err != nil {
		return paths, err
	}
	is, err := membersOf(after)
	if err != nil {
		return paths, err
	}
	for name := range was {
		if _, stays := is[name]; !stays {
			is[name] = nil
		}
	}
	for name, value := range is {
		if bytes.Equal(was[name], value) {
			continue
		}
		path, known := at+name, len(paths)
		if parted[path] {
			if paths, err = changedWithin(paths, path+".", was[name], value); err != nil {
				return paths, err
			}
		}
		if len(paths) == known { // an empty object came or went
			paths = append(paths, path)
		}
	}
	return paths, nil
}

// membersOf gives the members of a JSON object by name.
func membersOf(object []byte) (map[string]jx.Raw, error) {
	members := map[string]jx.Raw{}
	if object == nil {
		return members, nil
	}
	err := jx.DecodeBytes(object).ObjBytes(func(d *jx.Decoder, name []byte) error {
		value, err := d.Raw()
		members[string(name)] = value
		return err
	})
	return members, err
}

// NamesOf gives the slug and the reference of a post, "" where it has none, from
// its canonical JSON.
func NamesOf(post []byte) (slug, reference string, err error) {
	err = jx.DecodeBytes(post).ObjBytes(func(d *jx.Decoder, name []byte) error {
		switch string(name) {
		case "slug":
			slug, err = d.Str()
			return err
		case "meta":
			return d.ObjBytes(func(d *jx.Decoder, name []byte) error {
				if string(name) != "reference" {
					return d.Skip()
				}
				reference, err = d.Str()
				return err
			})
		default:
			return d.Skip()
		}
	})
	return slug, reference, err
}
