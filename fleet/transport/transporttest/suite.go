package transporttest

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"alphanode/fleet/transport"
)

// Suite holds a transport to what package transport says. open gives one fleet as seen from
// two machines or more; it may be the same fleet for each test, which uses names of its own.
func Suite(t *testing.T, open func(t *testing.T) []transport.Transport) {
	for name, test := range map[string]func(*testing.T, *fleet){
		"files/whole":           wholeFiles,
		"files/replaced":        replacedFiles,
		"files/broken off":      brokenOff,
		"files/listed":          listedFiles,
		"files/deleted":         deletedFiles,
		"files/at once":         filesAtOnce,
		"files/put by all":      oneFilePutByAll,
		"files/left unread":     leftUnread,
		"values/set":            setValues,
		"values/removed":        removedValues,
		"values/newest":         newestValues,
		"values/counted":        countedByAll,
		"values/large":          largeValues,
		"values/their own":      valuesOfTheirOwn,
		"watch/changes":         watchedChanges,
		"watch/whole words":     watchedWords,
		"watch/all":             watchedAll,
		"watch/by two":          watchedByTwo,
		"watch/what was before": watchedFromBefore,
		"watch/the last":        watchedToTheLast,
		"watch/ended":           endedWatch,
		"names":                 refusedNames,
		"context":               endedContext,
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			word := strings.NewReplacer("/", "-", " ", "-").Replace(name)
			test(t, &fleet{ctx: ctx, machines: open(t), word: word})
		})
	}
}

// patience is how long a test waits for what must come.
const patience = 60 * time.Second

// fleet is what a test has: machines, and a word with which its names begin.
type fleet struct {
	ctx      context.Context
	machines []transport.Transport
	word     string
}

// writer and reader are two machines, which see the same at most a little apart.
func (f *fleet) writer() transport.Transport { return f.machines[0] }
func (f *fleet) reader() transport.Transport { return f.machines[1] }

func (f *fleet) file(name string) string { return f.word + "/" + name }
func (f *fleet) key(name string) string  { return f.word + "." + name }

// eventually asks until it is told that all is well, by nil.
func (f *fleet) eventually(t *testing.T, ask func() error) {
	t.Helper()
	for {
		err := ask()
		if err == nil {
			return
		}
		select {
		case <-f.ctx.Done():
			t.Fatal("in the end:", err)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// noise gives bytes that nothing packs, the same for the same words.
func noise(size int, words ...any) []byte {
	h := fnv.New64a()
	fmt.Fprint(h, words...)
	chance := rand.New(rand.NewPCG(h.Sum64(), uint64(size)))
	data := make([]byte, size)
	for i := range data {
		data[i] = byte(chance.Uint32())
	}
	return data
}

// expect wants an error of a kind; nil for none.
func expect(t *testing.T, what string, err, kind error) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Fatalf("%s: %v, expected %v", what, err, kind)
	}
}
