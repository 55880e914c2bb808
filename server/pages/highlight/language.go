package highlight

import (
	"strings"
	"sync"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

// Language says in words, in lower case, what language a name is for: c++ for cpp, as for
// cplusplus. A name that is not known stays as it is.
func Language(name string) string {
	if l := languages()[strings.ToLower(strings.TrimSpace(name))]; l != nil {
		return l.words
	}
	return name
}

// lexerOf gives the lexer of a language, nil where there is none.
func lexerOf(name string) *chroma.RegexLexer {
	if l := languages()[strings.ToLower(strings.TrimSpace(name))]; l != nil {
		return l.lexer
	}
	return nil
}

// language is one that the library knows.
type language struct {
	words string
	lexer *chroma.RegexLexer // nil where it is left plain
}

// languages are those that are known, by each of their names in lower case: what they are
// called, for short too, how slugs spell that, and the endings of their files.
var languages = sync.OnceValue(func() map[string]*language {
	all := map[string]*language{}
	add := func(name string, l *language) {
		if name = strings.ToLower(name); all[name] == nil && name != "" {
			all[name] = l
		}
	}
	known := make([]*language, len(lexers.GlobalLexerRegistry.Lexers))
	for i, lexer := range lexers.GlobalLexerRegistry.Lexers {
		name := lexer.Config().Name
		known[i] = &language{words: strings.ToLower(name)}
		if said, ok := saidOtherwise[name]; ok {
			known[i].words = said
		}
		// Others read to the end of a sample before they give its first token, so that
		// they cannot be ended.
		known[i].lexer, _ = lexer.(*chroma.RegexLexer)
		add(name, known[i])
		add(spelled.Replace(strings.ToLower(name)), known[i])
	}
	for i, lexer := range lexers.GlobalLexerRegistry.Lexers {
		for _, alias := range lexer.Config().Aliases {
			add(alias, known[i])
		}
	}
	for i, lexer := range lexers.GlobalLexerRegistry.Lexers {
		for _, pattern := range lexer.Config().Filenames {
			if ending, ok := strings.CutPrefix(pattern, "*."); ok && !strings.ContainsAny(ending, "*?[") {
				add(ending, known[i])
			}
		}
	}
	return all
})

// spelled is how slugs spell what stands in names of languages.
var spelled = strings.NewReplacer("+", "plus", "#", "sharp", ".", "dot", " ", "-")

// saidOtherwise are languages that people call otherwise than the library does.
var saidOtherwise = map[string]string{
	"plaintext": "plain text", "Bash Session": "shell session", "Go HTML Template": "go template", "Go Text Template": "go template",
	"PostgreSQL SQL dialect": "postgresql", "PL/pgSQL": "pl/pgsql", "Base Makefile": "makefile", "GAS": "assembly", "react": "jsx",
	"FortranFixed": "fortran", "reg": "windows registry", "FSharp": "f#", "ObjectPascal": "object pascal", "Nginx configuration file": "nginx",
}
