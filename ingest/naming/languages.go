package naming

import (
	"path"
	"slices"
	"strings"
)

// Languages knows which folders and which names of an archive's files stand for a
// language: `content/fr/…`, `i18n/zh-cn/…`, `name.fr.md`.
//
// `it`, `is`, `no` and `cs` are languages and may also be subjects, and `net` and `new`
// are languages that hardly anybody means, so a name alone proves little: what stands
// beside it decides.
type Languages struct {
	folders map[string]string // the path of a folder → its language
	names   map[string]string // the path of a file → the language in its name
}

// FindLanguages looks at the paths of all files of an archive, with slashes, below one
// folder.
func FindLanguages(files []string) *Languages {
	l := &Languages{folders: map[string]string{}, names: map[string]string{}}
	l.findFolders(files)
	l.findNames(files)
	return l
}

// Of gives the language of a file, or nothing, and its path without what says it.
func (l *Languages) Of(file string) (tag, rest string) {
	rest = file
	for at := range slashes(file) {
		if found := l.folders[file[:at]]; found != "" {
			before := file[:strings.LastIndexByte(file[:at], '/')+1]
			tag, rest = found, before+file[at+1:]
			break
		}
	}
	if found := l.names[file]; found != "" {
		dot := strings.LastIndexByte(rest, '.')
		return found, rest[:strings.LastIndexByte(rest[:dot], '.')] + rest[dot:]
	}
	return tag, rest
}

// slashes gives the place of every slash of a path, from the left.
func slashes(file string) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := range len(file) {
			if file[i] == '/' && !yield(i) {
				return
			}
		}
	}
}

// folder is what is known of a folder while its languages are looked for.
type folder struct {
	below map[string]bool // the names of its folders
	texts map[string]bool // the names of its files
	files map[string]bool // the paths of files below it, from it on
}

func (l *Languages) findFolders(files []string) {
	tree := map[string]*folder{}
	get := func(name string) *folder {
		if tree[name] == nil {
			tree[name] = &folder{map[string]bool{}, map[string]bool{}, map[string]bool{}}
		}
		return tree[name]
	}
	for _, file := range files {
		parent := ""
		for at := range slashes(file) {
			name := file[:at]
			get(parent).below[lastPart(name)] = true
			if folderTag(lastPart(name)) != "" {
				get(name).files[file[at+1:]] = true
			}
			parent = name
		}
		get(parent).texts[lastPart(file)] = true
	}
	for parent, f := range tree {
		for name := range languagesAmong(parent, f, tree) {
			l.folders[path.Join(parent, name)] = folderTag(name)
		}
	}
}

// languagesAmong gives the folders below one that stand for languages.
func languagesAmong(parent string, f *folder, tree map[string]*folder) map[string]bool {
	languages, others := map[string]bool{}, 0
	for name := range f.below {
		if folderTag(name) != "" {
			languages[name] = true
		} else if !slices.Contains(besideLanguages, strings.ToLower(name)) {
			others++
		}
	}
	switch {
	case len(languages) == 0 || slices.Contains(languageParents, strings.ToLower(lastPart(parent))):
		return languages
	case others == 0 && len(languages) > 1:
		return languages // nothing but languages stands there
	case others == 0:
		// One language alone: only the one that most archives are in, or a tag that is
		// no word of anything else.
		for name := range languages {
			if strings.EqualFold(name, "en") || strings.ContainsAny(name, "-_") {
				return languages
			}
		}
	}
	found := mirrored(parent, languages, tree)
	for name := range besideOriginals(parent, f, languages, tree) {
		found[name] = true
	}
	return found
}

// besideOriginals gives the folders that mirror what stands beside them, as a translation
// does beside the archive's own language: `posts/` and `fr/posts/`, `a.md` and `fr/a.md`, or
// most of what is in one folder there (`posts/a.md` and `fr/a.md`).
func besideOriginals(parent string, f *folder, names map[string]bool, tree map[string]*folder) map[string]bool {
	own, inside := namesIn(f), map[string]bool{} // what stands beside, and what in the folders there
	for other := range f.below {
		if !names[other] && len(f.below) <= mostFolders {
			for name := range namesIn(tree[path.Join(parent, other)]) {
				inside[name] = true
			}
		}
	}
	found := map[string]bool{}
	for name := range names {
		if len(name) == 3 {
			continue // too many of them are words
		}
		all := namesIn(tree[path.Join(parent, name)])
		beside, further := 0, 0
		for n := range all {
			if own[n] {
				beside++
			}
			if inside[n] {
				further++
			}
		}
		found[name] = beside > 0 || !slices.Contains(words, strings.ToLower(name)) && further > 0 && 2*further >= len(all)
		if !found[name] {
			delete(found, name)
		}
	}
	return found
}

// mostFolders bounds beside how many folders a language is looked for by what is in them: so
// many are pages, not sections.
const mostFolders = 64

// namesIn are the names of what stands in a folder, but for what stands in every one.
func namesIn(f *folder) map[string]bool {
	names := map[string]bool{}
	for name := range f.below {
		if !slices.Contains(besideLanguages, strings.ToLower(name)) && strings.Trim(name, "0123456789") != "" {
			names[name+"/"] = true
		}
	}
	for name := range f.texts {
		stem, extension := cutExtension(name, fileExtensions)
		if extension != "" && !slices.Contains([]string{"index", "_index", "readme"}, strings.ToLower(stem)) {
			names[name] = true
		}
	}
	return names
}

// words are tags that are names of subjects more often than languages.
var words = []string{"ai", "am", "as", "be", "cs", "hr", "id", "io", "is", "it", "my", "no", "or", "os", "sh", "so", "to", "ts", "tv"}

// mirrored gives the folders that have a file in common with another of them, as
// translations of one page have.
func mirrored(parent string, names map[string]bool, tree map[string]*folder) map[string]bool {
	owner, found := map[string]string{}, map[string]bool{}
	for name := range names {
		for file := range tree[path.Join(parent, name)].files {
			if stem, _ := cutExtension(path.Base(file), fileExtensions); stem == "index" || stem == "_index" {
				if path.Dir(file) == "." {
					continue // every section has one
				}
			}
			if other, taken := owner[file]; taken {
				found[name], found[other] = true, true
			}
			owner[file] = name
		}
	}
	return found
}

// Folders that say that what is below them is sorted by language, and folders that stand
// beside languages without being any.
var (
	languageParents = []string{"i18n", "l10n", "locale", "locales", "translations"}
	besideLanguages = []string{"images", "image", "img", "assets", "static", "media", "files", "uploads", "css", "js"}
)

// folderTag is the language that a name may stand for: two or three small letters, or a
// tag with more behind them.
func folderTag(name string) string {
	if len(name) < 2 || len(name) > 12 || strings.ContainsAny(name, ". ") {
		return ""
	}
	tag := Language(name)
	if len(name) == 3 && !strings.ContainsAny(name, "-_") && !slices.Contains(threeLetters, strings.ToLower(name)) {
		return "" // `new`, `old`, `css` and `net` are tags too
	}
	return tag
}

// threeLetters are the tags of three letters that archives are sorted by: languages of
// many that have no tag of two.
var threeLetters = []string{"ast", "ceb", "ckb", "cmn", "csb", "dsb", "fil", "fur", "gsw", "hak", "haw", "hsb", "kab", "kmr", "mai", "nan", "nds", "pap", "pcm", "sah", "scn", "szl", "vec", "war", "yue", "zgh"}

func (l *Languages) findNames(files []string) {
	known := map[string]bool{}
	for _, tag := range l.folders {
		known[tag] = true
	}
	beside := map[string]int{} // how many files have this path but for a language
	for _, file := range files {
		_, stem := nameTag(file)
		beside[stem]++
	}
	for _, file := range files {
		tag, stem := nameTag(file)
		if tag == "" {
			continue
		}
		if beside[stem] > 1 || known[tag] || len(tag) != 3 && !slices.Contains(alsoEndings, strings.ToLower(tag)) {
			l.names[file] = tag
		}
	}
}

// nameTag gives the language that a file's name may end with, and its path without it
// and without its ending.
func nameTag(file string) (tag, stem string) {
	_, extension := cutExtension(path.Base(file), fileExtensions)
	stem = file[:len(file)-len(extension)]
	dot := strings.LastIndexByte(stem, '.')
	if extension == "" || dot <= strings.LastIndexByte(stem, '/')+1 {
		return "", stem
	}
	if tag = folderTag(stem[dot+1:]); tag == "" {
		return "", stem
	}
	return tag, stem[:dot]
}

// alsoEndings are languages whose tags more often end the name of a program, a file or a
// site: `socket.io`, `lib.so`, `dev.to`, `index.ts`.
var alsoEndings = []string{"as", "cs", "io", "is", "sh", "so", "to", "ts"}
