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

// Names are what a post is found by.
type Names struct {
	Slug, Reference string   // "" where it has none
	URLs            []string // where it stood before
}

// NamesOf gives the names of a post from its canonical JSON.
func NamesOf(post []byte) (names Names, err error) {
	err = jx.DecodeBytes(post).ObjBytes(func(d *jx.Decoder, name []byte) error {
		switch string(name) {
		case "slug":
			names.Slug, err = d.Str()
			return err
		case "meta":
			return d.ObjBytes(func(d *jx.Decoder, name []byte) error {
				switch string(name) {
				case "reference":
					names.Reference, err = d.Str()
					return err
				case "urls":
					return d.Arr(func(d *jx.Decoder) error {
						url, err := d.Str()
						names.URLs = append(names.URLs, url)
						return err
					})
				default:
					return d.Skip()
				}
			})
		default:
			return d.Skip()
		}
	})
	return names, err
}
