package command_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"alphanode/command"
	"alphanode/server/settings"
	"alphanode/store/catalogue"
)

// asAlphanode makes the test binary the command itself, for scripts that call
// it.
const asAlphanode = "TEST_RUN_AS_ALPHANODE"

// settlesAfter is how long after a switch it tells webhooks of it, where that is given.
const settlesAfter = "TEST_SETTLES_AFTER"

func TestMain(m *testing.M) {
	if os.Getenv(asAlphanode) != "" {
		settle, _ := time.ParseDuration(os.Getenv(settlesAfter)) // 0 where it is not given
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		code := command.MainSettling(ctx, os.Args[1:], command.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, settle)
		stop()
		os.Exit(code)
	}
	os.Exit(m.Run())
}

var update = flag.Bool("update", false, "write into the pages what the commands print now, where it is not like what stands there")

// TestDocs runs every command of the README and of docs/ that stands in a block
// marked console, and holds what it prints against the page. In a page, … stands
// for any text, and a line of … for any lines. The files of testdata/docs are
// there for the commands.
func TestDocs(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, page := range append(pages, "../README.md", "../CHANGELOG.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		steps := stepsOf(string(text))
		ran += len(steps)
		t.Run(filepath.Base(page), func(t *testing.T) {
			t.Parallel()
			s, mended := newShell(t), string(text)
			for _, step := range steps {
				got := s.run(step.command)
				switch {
				case like(step.output, got):
				case *update:
					shown := "$ " + step.command + "\n"
					mended = strings.Replace(mended, shown+step.output, shown+strings.TrimSpace(got)+"\n", 1)
				default:
					t.Fatalf("$ %s\nfound:\n%s\nthe page says:\n%s", step.command, got, step.output)
				}
			}
			if *update {
				if err := os.WriteFile(page, []byte(mended), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
	if ran < 20 {
		t.Errorf("found %d commands in the pages: the blocks are not recognised", ran)
	}
}

// step is one command of a page and what it prints.
type step struct{ command, output string }

func stepsOf(page string) (steps []step) {
	inBlock := false
	for line := range strings.Lines(page) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "```"):
			inBlock = line == "```console"
		case !inBlock:
		case strings.HasPrefix(line, "$ "):
			steps = append(steps, step{command: line[2:]})
		case strings.HasSuffix(last(steps).command, `\`): // a command over several lines
			steps[len(steps)-1].command += "\n" + line
		default:
			steps[len(steps)-1].output += line + "\n"
		}
	}
	return steps
}

func last(steps []step) step {
	if len(steps) == 0 {
		return step{}
	}
	return steps[len(steps)-1]
}

// like reports whether an output is as the page has it.
func like(want, got string) bool {
	pattern := regexp.QuoteMeta(strings.TrimSpace(want))
	pattern = regexp.MustCompile(`(?m)^…$`).ReplaceAllString(pattern, `(?s:.*)`)
	pattern = strings.ReplaceAll(pattern, "…", `.*`)
	return regexp.MustCompile(`^` + pattern + `$`).MatchString(strings.TrimSpace(got))
}

// shell runs the commands of one page in a folder of its own.
type shell struct {
	t       *testing.T
	dir     string
	addr    string // of the server, once one was asked
	settled bool   // headers were shown
}

func newShell(t *testing.T) *shell {
	t.Helper()
	s := &shell{t: t, dir: t.TempDir()}
	if err := os.CopyFS(s.dir, os.DirFS("testdata/docs")); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	script := fmt.Sprintf("#!/bin/sh\n%s=1 exec %q \"$@\"\n", asAlphanode, self)
	if err := os.MkdirAll(filepath.Join(s.dir, "bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "bin", "alphanode"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *shell) run(line string) string {
	s.t.Helper()
	var input io.Reader
	if rest, ok := strings.CutPrefix(line, "curl "); ok {
		request, filter, piped := strings.Cut(rest, " | ")
		answer := s.curl(request)
		if !piped {
			return answer
		}
		line, input = filter, strings.NewReader(answer)
	}
	cmd := exec.CommandContext(s.t.Context(), "sh", "-c", line)
	cmd.Dir, cmd.Stdin = s.dir, input
	cmd.Env = append(os.Environ(), "PATH="+filepath.Join(s.dir, "bin")+":"+os.Getenv("PATH"))
	if strings.HasSuffix(line, "&") {
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		defer func() { s.endBackground(cmd.Process) }()
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Sprintf("%s(%v)\n", out, err)
	}
	return string(out)
}

// endBackground ends what a page has left running, when the page is done: all of its group.
func (s *shell) endBackground(p *os.Process) {
	if p == nil {
		return
	}
	s.t.Cleanup(func() {
		for range 100 { // until nobody is there, or only who was not waited for
			if syscall.Kill(-p.Pid, syscall.SIGKILL) != nil {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
	})
}

var argument = regexp.MustCompile(`'[^']*'|[^\s\\]+`)

// curl does what the pages ask of curl: -s, -i, -X, -H, -H @FILE and -d.
func (s *shell) curl(line string) string {
	s.t.Helper()
	s.serve()
	s.followed()
	method, target, body, headers, show := "GET", "", "", http.Header{}, false
	args := argument.FindAllString(line, -1)
	for i := 0; i < len(args); i++ {
		word := strings.Trim(args[i], "'")
		switch word {
		case "-s":
		case "-si":
			show = true
		case "-X", "-H", "-d":
			i++
			value := strings.Trim(args[i], "'")
			if word == "-X" {
				method = value
				break
			}
			if word == "-d" {
				method, body = "POST", value
				break
			}
			if file, ok := strings.CutPrefix(value, "@"); ok {
				text, err := os.ReadFile(filepath.Join(s.dir, file))
				if err != nil {
					s.t.Fatal(err)
				}
				value = string(text)
			}
			name, text, _ := strings.Cut(value, ":")
			headers.Set(name, strings.TrimSpace(text))
		default:
			target = strings.Replace(word, "localhost:8080", s.addr, 1)
		}
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, target, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header = headers
	if show && !s.settled { // Last-Modified is not told in the first second after a switch
		time.Sleep(1100 * time.Millisecond)
		s.settled = true
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if !show {
		return string(text)
	}
	var head strings.Builder
	fmt.Fprintf(&head, "HTTP/1.1 %s\n", answer.Status)
	if err := answer.Header.Write(&head); err != nil {
		s.t.Fatal(err)
	}
	return strings.ReplaceAll(head.String(), "\r", "") + "\n" + string(text)
}

// serve starts a server of the page's data directory when it is first asked.
func (s *shell) serve() {
	s.t.Helper()
	if s.addr != "" {
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	said, says := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		code := command.Main(ctx, []string{"serve", "--addr", "127.0.0.1:0", "--ops-addr", "", "--drain-delay", "0s", "--data", filepath.Join(s.dir, "data")},
			command.Streams{In: strings.NewReader(""), Out: io.Discard, Err: says})
		says.Close()
		ended <- code
	}()
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if _, addr, ok := strings.Cut(lines.Text(), "listening on http://"); ok {
			s.addr = addr
			break
		}
	}
	if s.addr == "" {
		stop()
		s.t.Fatal("the server did not start")
	}
	go func() { _, _ = io.Copy(io.Discard, said) }() // ends with the pipe
	s.t.Cleanup(func() {
		stop()
		if code := <-ended; code != 0 {
			s.t.Errorf("the server ended with %d", code)
		}
	})
}

// followed waits until the server answers from the current release: it looks for
// a switch a few times a second, and a page goes from a publish to a request
// faster than a reader does.
func (s *shell) followed() {
	s.t.Helper()
	catalogue, err := catalogue.Open(filepath.Join(s.dir, "data"))
	if err != nil {
		s.t.Fatal(err)
	}
	current, err := catalogue.Current()
	if err != nil {
		s.t.Fatal(err)
	}
	for current != "" {
		r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, "http://"+s.addr+"/v1/posts?limit=1", nil)
		if err != nil {
			s.t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			s.t.Fatal(err)
		}
		answer.Body.Close()
		if answer.Header.Get("Release") == current {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// TestSettingsPage holds the tables of docs/settings.md, which are its end, against
// the settings there are.
func TestSettingsPage(t *testing.T) {
	t.Parallel()
	const path = "../docs/settings.md"
	var want strings.Builder
	for _, group := range settings.Groups() {
		fmt.Fprintf(&want, "\n## %s\n\n| flag | environment | default | unit | what it is |\n| --- | --- | --- | --- | --- |\n", group.Name)
		for _, s := range group.Settings {
			fmt.Fprintf(&want, "| `--%s` | `%s` | `%s` | %s | %s |\n", s.Name, s.Env(), s.Default, s.Unit, s.Doc)
		}
	}
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text, _, found := strings.Cut(string(page), "\n## "+settings.Groups()[0].Name+"\n\n| flag ")
	if !found {
		t.Fatalf("%s has no tables", path)
	}
	switch text += want.String(); {
	case text == string(page):
	case *update:
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("the tables of %s are not those of the settings; go test ./command -run TestSettingsPage -args -update writes them:\n%s", path, want.String())
	}
}
