package command_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"alphanode/content"
	"alphanode/store"
	"alphanode/terminal"
)

// words are what a slug, a note or the name of a folder can be.
var words = []string{
	"plain", "$(id)", "`id`", "it's", "a b", "a;b", "*", "~", "é", "a\"b", "$HOME", "!!", "a'\u202e'b", "\u200bx", "\u00ad", "tab\there", "line\nend",
	"\x1b[31mred\x1b[0m", "\u009b31m", "back\\slash", "bad\xff\xfe", "'\\\x07", "-dash", "a|b", "#x", "", "\ufe0f", "\u3164", "\ufffd",
}

// typed gives what a shell makes of a command, where alphanode stands for what it is
// given.
func typed(t *testing.T, command string) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "bash", "-c", `alphanode() { printf '%s\0' "$@"; }; `+command).Output()
	if err != nil {
		t.Fatalf("%q: %v", command, err)
	}
	given := strings.Split(string(out), "\x00")
	return given[:len(given)-1]
}

func needsBash(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip(err)
	}
}

func seen(t *testing.T, what, text string) {
	t.Helper()
	if i := strings.IndexFunc(text, func(r rune) bool { return r != '\n' && terminal.Unseen(r) }); i >= 0 {
		t.Errorf("%s: found %q at byte %d of %q", what, text[i:min(i+8, len(text))], i, text)
	}
}

func TestShellWord(t *testing.T) {
	t.Parallel()
	needsBash(t)
	for _, word := range words {
		quoted := terminal.ShellWord(word)
		seen(t, "a word", quoted)
		if got := typed(t, "alphanode "+quoted); len(got) != 1 || got[0] != word {
			t.Errorf("%q: found %q of %s", word, got, quoted)
		}
	}
}

// TestCommandsToCopy takes posts down whose slugs are traps, and copies what is told.
func TestCommandsToCopy(t *testing.T) {
	t.Parallel()
	needsBash(t)
	data := filepath.Join(t.TempDir(), "my $(touch x) data")
	command := regexp.MustCompile(`(?m)alphanode (takedown|publish|rollback|key) .*$`)
	copied := func(text, want string, about ...string) {
		t.Helper()
		seen(t, "a command", text)
		given := typed(t, command.FindString(text))
		for _, word := range append([]string{want, "--data", data}, about...) {
			if !slices.Contains(given, word) {
				t.Errorf("found %q of %q, expected %q in it", given, text, word)
			}
		}
		if at := slices.Index(given, "--"); strings.HasPrefix(strings.Join(about, ""), "-") && (at < 0 || at > slices.Index(given, about[0])) {
			t.Errorf("found %q, of which %q is taken for flags", given, about)
		}
	}
	for _, slug := range []string{"$(id)", "`id`", "it's", "-dash", "a;b", "\u202eabc"} {
		line, err := json.Marshal(map[string]string{"slug": slug, "title": "A"})
		if err != nil {
			t.Fatal(err)
		}
		copied(done(t, string(line), "import", "-", "--data", data), "publish")
		kept := content.NormalSlug(slug) // what does not show is no part of it
		copied(done(t, "", "takedown", "--data", data, "--", slug), "--lift", kept)
		code, _, errs := run(t, strings.NewReader(string(line)), "import", "-", "--data", data)
		if code != 0 {
			t.Errorf("found %s", errs)
		}
		copied(errs, "--lift", kept)
		told := (&store.UnfinishedTakedownError{Release: "r1", Post: slug}).Error()
		seen(t, "an error", told)
		if got := typed(t, command.FindString(told)); got[len(got)-1] != slug {
			t.Errorf("found %q of %s", got, told)
		}
	}
	_, _, errs := run(t, strings.NewReader(""), "key", "add", "--scope", "read", "--name", "me", "--data", data)
	copied(errs, "revoke")
}

// TestForeignTextsAreShown prints notes, reasons, names and faults that would be orders
// to a terminal. As JSON they are what they are.
func TestForeignTextsAreShown(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	trap := "\x1b]0;owned\x07\x1b[2J \u202egnp.exe\u200b \u009b31m\ttab"
	file := filepath.Join(t.TempDir(), "in\x1b[2J.ndjson")
	if err := os.WriteFile(file, []byte(goodLine+`{"slug":"bad","\u001b[2J\u202e":1}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"import", file},
		{"import", file, "--skip-invalid", "--note", trap, "--owner", trap, "--publish"},
		{"releases"},
		{"takedown", "bad\u200bslug", "--reason", trap},
		{"takedown", "--list"},
		{"key", "add", "--scope", "read", "--name", strings.ReplaceAll(trap, "\t", " ")},
		{"key", "add", "--scope", "read", "--name", "abc\u202edef"},
		{"key", "list"},
		{"import", trap},
		{"publish", trap},
		{"export", "--release", trap},
		{trap},
		{"serve", "--addr", trap},
	} {
		_, out, errs := run(t, strings.NewReader(""), append(args, "--data", data)...)
		seen(t, strings.Join(args, " ")+", output", out)
		seen(t, strings.Join(args, " ")+", errors", errs)
		if lines := strings.Count(out, "\n"); args[0] == "releases" && (lines != 2 || !strings.Contains(out, `\x1b]0;owned\a`)) {
			t.Errorf("found %s", out)
		}
	}
	var entries []store.Entry
	if err := json.Unmarshal([]byte(done(t, "", "releases", "--json", "--data", data)), &entries); err != nil || len(entries) != 1 || entries[0].Note != trap {
		t.Errorf("found %+v, %v", entries, err)
	}
}
