package graph

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-faster/jx"

	"alphanode/apierror"
	"alphanode/graph/model"
)

// The JSON of a request is read strictly: what two readers could take for different
// things, such as a key that is there twice, is refused. Errors never repeat a value,
// which may hold what is not for a log.

// readJSON reads a request from its JSON.
func readJSON(body []byte) (req request, err error) {
	if !utf8.Valid(body) {
		return req, malformed("body", "bytes that are not UTF-8", "JSON in UTF-8")
	}
	d := decoderOf(body)
	defer jx.PutDecoder(d)
	if found := d.Next(); found != jx.Object && found != jx.Invalid {
		return req, malformed("body", "a JSON "+found.String(), "an object")
	}
	var met keys
	err = eachMember(d, func(key []byte) error {
		if !met.add(key) {
			return twiceError(key)
		}
		name, err := knownKey("", key, members)
		if err != nil {
			return err
		}
		switch name {
		case "":
			return unique(d)
		case "variables":
			text, err := objectIn(d, name)
			if err == nil && text != nil {
				req.variables, err = readObject(name, text)
			}
			return err
		case "extensions":
			text, err := objectIn(d, name)
			if err == nil && text != nil {
				req.Extensions, err = readExtensions(text)
			}
			return err
		default:
			return textIn(d, name, req.text(name))
		}
	})
	if err = alone(d, err); err != nil {
		return request{}, unreadableJSON(err, "body", body)
	}
	return req, nil
}

// knownKey gives the name that a key is, "" for one that is passed over. One that is a
// name but for upper and lower case is an error.
func knownKey(location string, key []byte, names []string) (string, error) {
	for _, name := range names {
		switch {
		case string(key) == name:
			return name, nil
		case len(key) == len(name) && strings.EqualFold(string(key), name):
			return "", malformed(location+string(key), "a key in another case", strconv.Quote(name))
		}
	}
	return "", nil
}

// readObject checks the JSON of an object, in which no key is there twice. It gives nil
// for null.
func readObject(location string, text []byte) ([]byte, error) {
	d := decoderOf(text)
	defer jx.PutDecoder(d)
	switch found := d.Next(); found {
	case jx.Null:
		return nil, unreadableJSON(alone(d, d.Null()), location, text)
	case jx.Object, jx.Invalid:
		return text, unreadableJSON(alone(d, unique(d)), location, text)
	default:
		return nil, malformed(location, "a JSON "+found.String(), "an object")
	}
}

// readExtensions reads the extensions that are known.
func readExtensions(text []byte) (e extensions, err error) {
	if text, err = readObject("extensions", text); err != nil || text == nil {
		return e, err
	}
	d := decoderOf(text)
	defer jx.PutDecoder(d)
	err = eachMember(d, func(key []byte) error {
		name, err := knownKey("extensions.", key, []string{"persistedQuery", "cost"})
		switch {
		case err != nil:
			return err
		case name == "cost":
			return truthIn(d, "extensions.cost", &e.Cost)
		case name == "persistedQuery":
			e.PersistedQuery, err = persistedQueryIn(d)
			return err
		default:
			return d.Skip()
		}
	})
	return e, unreadableJSON(err, "extensions", text)
}

func persistedQueryIn(d *jx.Decoder) (*persistedQuery, error) {
	const at = "extensions.persistedQuery"
	switch found := d.Next(); found {
	case jx.Null:
		return nil, d.Null()
	case jx.Object:
	default:
		return nil, malformed(at, "a JSON "+found.String(), "an object")
	}
	q := &persistedQuery{}
	return q, eachMember(d, func(key []byte) error {
		name, err := knownKey(at+".", key, []string{"version", "sha256Hash"})
		switch {
		case err != nil:
			return err
		case name == "version":
			if found := d.Next(); found != jx.Number {
				return malformed(at+".version", "a JSON "+found.String(), "an integer")
			}
			number, err := d.Num()
			n, whole := model.Integer(json.Number(number))
			if err == nil && (!whole || n != int64(int(n))) {
				return malformed(at+".version", "another number", "an integer")
			}
			q.Version = int(n)
			return err
		case name == "sha256Hash":
			return textIn(d, at+".sha256Hash", &q.SHA256)
		default:
			return d.Skip()
		}
	})
}

// textIn reads a text; null is as if it were left out.
func textIn(d *jx.Decoder, location string, into *string) (err error) {
	switch found := d.Next(); found {
	case jx.Null:
		return d.Null()
	case jx.String:
		*into, err = d.Str()
		return err
	case jx.Invalid:
		return d.Skip() // which tells what is wrong
	default:
		return malformed(location, "a JSON "+found.String(), "a string")
	}
}

func truthIn(d *jx.Decoder, location string, into *bool) (err error) {
	switch found := d.Next(); found {
	case jx.Null:
		return d.Null()
	case jx.Bool:
		*into, err = d.Bool()
		return err
	default:
		return malformed(location, "a JSON "+found.String(), "true or false")
	}
}

// objectIn gives the JSON of an object, nil for null.
func objectIn(d *jx.Decoder, location string) ([]byte, error) {
	switch found := d.Next(); found {
	case jx.Null:
		return nil, d.Null()
	case jx.Object:
		return d.Raw()
	case jx.Invalid:
		return nil, d.Skip() // which tells what is wrong
	default:
		return nil, malformed(location, "a JSON "+found.String(), "an object")
	}
}

func decoderOf(text []byte) *jx.Decoder {
	d := jx.GetDecoder()
	d.ResetBytes(text)
	return d
}

// eachMember visits the members of the one object that a text is; visit reads the value.
func eachMember(d *jx.Decoder, visit func(key []byte) error) error {
	members, err := d.ObjIter()
	if err != nil {
		return err
	}
	for members.Next() {
		if err := visit(members.Key()); err != nil {
			return err
		}
	}
	return members.Err()
}

// errMore says that something stands behind the object.
var errMore = errors.New("more after the JSON object")

// alone checks that nothing stands behind what was read.
func alone(d *jx.Decoder, err error) error {
	if err == nil && d.Skip() != io.EOF {
		return errMore
	}
	return err
}

// unreadableJSON says what is wrong with a JSON text.
func unreadableJSON(err error, location string, text []byte) error {
	if err == nil {
		return nil
	}
	if known, ok := errors.AsType[*apierror.Error](err); ok {
		return known
	}
	if twice, ok := errors.AsType[twiceError](err); ok {
		return malformed(location, "the key "+strconv.Quote(model.Shorten(string(twice)))+" twice in one object", "each key once")
	}
	if errors.Is(err, errMore) {
		return malformed(location, err.Error(), "one JSON object")
	}
	at := len(text)
	if broken, ok := errors.AsType[*json.SyntaxError](json.Unmarshal(text, new(json.RawMessage))); ok {
		at = int(broken.Offset)
	}
	return malformed(location, "broken JSON near byte "+strconv.Itoa(at), "one JSON object")
}

// twiceError is a key that an object has twice.
type twiceError string

func (e twiceError) Error() string { return "the key " + string(e) + " twice" }

// unique reads a value in which no object has a key twice.
func unique(d *jx.Decoder) error {
	switch d.Next() {
	case jx.Object:
		var met keys
		return eachMember(d, func(key []byte) error {
			if !met.add(key) {
				return twiceError(key)
			}
			return unique(d)
		})
	case jx.Array:
		elements, err := d.ArrIter()
		for err == nil && elements.Next() {
			err = unique(d)
		}
		if err == nil {
			err = elements.Err()
		}
		return err
	default:
		return d.Skip()
	}
}

// keys are those of an object that were met. Most objects have few.
type keys struct {
	few  [8][]byte
	n    int
	more map[string]bool
}

// add reports false for a key that was met before.
func (k *keys) add(key []byte) bool {
	if slices.ContainsFunc(k.few[:k.n], func(met []byte) bool { return bytes.Equal(met, key) }) || k.more[string(key)] {
		return false
	}
	if k.n < len(k.few) {
		k.few[k.n] = key
		k.n++
		return true
	}
	if k.more == nil {
		k.more = map[string]bool{}
	}
	k.more[string(key)] = true
	return true
}

// Variables reads variables that did not come in a request as those are read. Errors name
// them so.
func Variables(name, text string) (map[string]any, error) {
	if !utf8.ValidString(text) {
		return nil, malformed(name, "bytes that are not UTF-8", "JSON in UTF-8")
	}
	object, err := readObject(name, withoutMark([]byte(text)))
	if err != nil || object == nil {
		return nil, err
	}
	return decode(object)
}

// decode reads JSON that was found right, with its numbers as they were sent.
func decode(text []byte) (values map[string]any, err error) {
	in := json.NewDecoder(bytes.NewReader(text))
	in.UseNumber()
	if err := in.Decode(&values); err != nil {
		return nil, malformed("variables", "broken JSON near byte "+strconv.FormatInt(in.InputOffset(), 10), "one JSON object")
	}
	return values, nil
}
