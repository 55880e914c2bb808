package text

import (
	"cmp"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// Collation says which tables texts are put in order by. An order that was made by others
// is another order.
const Collation = "Unicode " + collate.UnicodeVersion + ", CLDR " + collate.CLDRVersion

// MaxCollated is how many bytes of a text its place in an order is made of. Texts that are
// longer and begin alike stand by their bytes.
const MaxCollated = 512

// collation is the root of the Unicode Collation Algorithm (Unicode Technical Standard 10):
// letters count first, then accents, then case. Spaces and punctuation do not.
var collation = language.MustParse("und-u-ka-shifted")

// Collator puts texts in the order in which people look for them. It is for one goroutine.
type Collator struct {
	collator *collate.Collator
	room     collate.Buffer
}

// NewCollator makes a collator, in some microseconds.
func NewCollator() *Collator { return &Collator{collator: collate.New(collation)} }

// Key gives the sort key of a text, until the next is asked for. Keys are compared by bytes;
// the collator's own comparison knows no texts whose signs do not count.
func (c *Collator) Key(s string) []byte {
	c.room.Reset()
	return c.collator.KeyFromString(&c.room, cut(s, MaxCollated))
}

// Letters is the part of a key that is made of letters and digits alone: keys that differ
// in it are in its order.
func Letters(key []byte) []byte {
	// A weight has two bytes, or three of which the first has the highest bit; two zeros end them.
	for i := 0; i+1 < len(key); {
		switch {
		case key[i] == 0 && key[i+1] == 0:
			return key[:i]
		case key[i] >= 0x80:
			i += 3
		default:
			i += 2
		}
	}
	return key
}

// Collated is a text with its place in the order.
type Collated struct{ key, text string }

// Of finds the place of a text.
func (c *Collator) Of(s string) Collated { return Collated{string(c.Key(s)), s} }

// Compare says which of two texts stands first. Texts whose keys are equal stand by their bytes.
func (c Collated) Compare(o Collated) int {
	return cmp.Or(strings.Compare(c.key, o.key), strings.Compare(c.text, o.text))
}
