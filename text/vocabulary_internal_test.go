package text

import (
	"bufio"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/blevesearch/snowballstem"
)

var vocabulary = flag.String("vocabulary", "", "folder of LANGUAGE/voc.txt, as the Snowball project's data has them")

// TestVocabulary measures what is lost by stems of words without accents: of all pairs
// of words that have one stem by Snowball how many have two here, and of all that have
// one here how many have two by Snowball, accents of stems aside.
func TestVocabulary(t *testing.T) {
	if *vocabulary == "" {
		t.Skip("no -vocabulary")
	}
	for number := range Analyses {
		a := Analysis(number)
		file, err := os.Open(filepath.Join(*vocabulary, a.String(), "voc.txt"))
		if err != nil {
			continue
		}
		theirs, ours, both := map[string]int{}, map[string]int{}, map[[2]string]int{}
		shared := map[[2]string]int{}
		for lines := bufio.NewScanner(file); lines.Scan(); {
			env := snowballstem.NewEnv(lines.Text())
			analyses[a].stem(env)
			stem, our := env.Current(), a.Stem(Fold(lines.Text()))
			folded := Fold(stem)
			theirs[stem]++
			ours[our]++
			both[[2]string{stem, our}]++
			shared[[2]string{folded, our}]++
		}
		file.Close()
		here := pairs(ours)
		parted, joined := 1-float64(pairs(both))/float64(pairs(theirs)), 1-float64(pairs(shared))/float64(here)
		t.Logf("%-10s %4.1f %% of %d pairs parted, %4.1f %% of %d joined", a, 100*parted, pairs(theirs), 100*joined, here)
	}
}

// pairs counts the pairs of words within each group.
func pairs[K comparable](groups map[K]int) (n int) {
	for _, words := range groups {
		n += words * (words - 1) / 2
	}
	return n
}
