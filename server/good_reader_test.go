package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"alphanode/store/storetest"
)

var (
	hostile      = flag.Duration("hostile", 0, "how long TestGoodReader has hostile readers beside a good one")
	hostilePosts = flag.Int("hostile-posts", 20_000, "how many posts TestGoodReader serves")
)

// TestGoodReader times a good reader of a server that is a process of its own: alone,
// and beside sixteen who ask for the dearest answers, of whom some read slowly, some
// not at all, and some leave early. It prints what it finds, and fails where the good
// reader is not answered. All share the processors of the machine.
func TestGoodReader(t *testing.T) {
	if *hostile == 0 {
		t.Skip("takes minutes: -args -hostile=30s")
	}
	dir := t.TempDir()
	binary := filepath.Join(dir, "alphanode")
	run := func(name string, args ...string) {
		t.Helper()
		if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
			t.Fatalf("%s %v: %v\n%s", name, args, err, out)
		}
	}
	run("go", "build", "-o", binary, "alphanode")
	run("sh", "-c", fmt.Sprintf("%s synth --posts %d --seed 1 | %s --data %s/data import - --publish", binary, storetest.Times(*hostilePosts), binary, dir))
	server := exec.Command(binary, "--data", dir+"/data", "serve", "--addr", "127.0.0.1:0", "--ops-addr", "127.0.0.1:0", "--drain-delay", "0s")
	stderr, err := server.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = server.Process.Signal(os.Interrupt)
		_ = server.Wait()
	}()
	addr, ops := addresses(t, stderr)
	memory := func() int { return resident(t, server.Process.Pid) }
	read := func(d time.Duration) []time.Duration { return readWell(t, addr, d) }

	read(time.Second) // so that the pages of the file are in memory
	alone, before := read(5*time.Second), memory()
	ctx, stop := context.WithTimeout(t.Context(), *hostile)
	defer stop()
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() { readBadly(ctx, addr, i) })
	}
	most := 0
	all.Go(func() {
		for ctx.Err() == nil {
			most = max(most, memory())
			time.Sleep(100 * time.Millisecond)
		}
	})
	beside := read(*hostile)
	all.Wait()
	time.Sleep(30 * time.Second)
	after := memory()
	p := func(times []time.Duration, share float64) time.Duration {
		return times[int(float64(len(times)-1)*share)].Round(10 * time.Microsecond)
	}
	t.Logf("good reader alone:  %d answers, p50 %v, p99 %v", len(alone), p(alone, .5), p(alone, .99))
	t.Logf("beside 16 hostile:  %d answers, p50 %v, p99 %v; p50 is %.1f × alone", len(beside), p(beside, .5), p(beside, .99),
		float64(p(beside, .5))/float64(p(alone, .5)))
	t.Logf("memory (resident, private): %d MiB before, %d MiB at most, %d MiB after 30 s, with the answers that are kept", before>>20, most>>20, after>>20)
	response, err := http.Get("http://" + ops + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		if line := lines.Text(); regexp.MustCompile(`^alphanode_(dear|cache_bytes|unsent|answers|readers|requests_aband)|^alphanode_requests_total|^process_cpu`).MatchString(line) {
			t.Log(line)
		}
	}
}

// addresses reads from the log of a server where it listens.
func addresses(t *testing.T, log io.Reader) (addr, ops string) {
	lines := bufio.NewScanner(log)
	for ops == "" && lines.Scan() {
		line := lines.Text()
		if found := regexp.MustCompile(`127\.0\.0\.1:\d+`).FindString(line); found != "" && strings.Contains(line, "operators") {
			ops = found
		} else if found != "" {
			addr = found
		}
	}
	go func() { _, _ = io.Copy(io.Discard, log) }()
	if addr == "" || ops == "" {
		t.Fatalf("the server says %q and %q", addr, ops)
	}
	return addr, ops
}

// resident is how many bytes of memory of its own a process has.
func resident(t *testing.T, pid int) int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`RssAnon:\s+(\d+) kB`).FindSubmatch(status)
	if found == nil {
		t.Fatalf("found %s", status)
	}
	kib, err := strconv.Atoi(string(found[1]))
	if err != nil {
		t.Fatal(err)
	}
	return kib << 10
}

// readWell asks for one page after the other, as someone who reads does, and gives how
// long each took, in order.
func readWell(t *testing.T, addr string, d time.Duration) (times []time.Duration) {
	failed := map[string]int{}
	for n, end := 0, time.Now().Add(d); time.Now().Before(end); n++ {
		target := []string{"/v1/summaries?limit=20&page=%d", "/v1/posts?limit=3&page=%d", "/v1/tools?limit=20&page=%d"}[n%3]
		began := time.Now()
		r, err := http.Get("http://" + addr + fmt.Sprintf(target, n%40+1))
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.Copy(io.Discard, r.Body)
		r.Body.Close()
		times = append(times, time.Since(began))
		if err != nil || r.StatusCode != http.StatusOK {
			failed[r.Status]++
		}
		time.Sleep(2 * time.Millisecond)
	}
	if len(failed) > 0 {
		t.Errorf("the good reader found %v", failed)
	}
	slices.Sort(times)
	return times
}

// dearest is the head and the body of one of the dearest requests there are, with a
// number in it so that no two are the same.
func dearest(n int, coding string) string {
	get := func(target string) string {
		return "GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAccept-Encoding: " + coding + "\r\n\r\n"
	}
	graphql := func(query string) string {
		body, err := json.Marshal(map[string]string{"query": query})
		if err != nil { // plain data always encodes
			panic(err)
		}
		return fmt.Sprintf("POST /graphql HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAccept-Encoding: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
			coding, len(body), body)
	}
	aliases := func(times int, field string) string {
		var w strings.Builder
		for i := range times {
			fmt.Fprintf(&w, "a%d: %s ", i, field)
		}
		return w.String()
	}
	switch n % 6 {
	case 0:
		return get("/v1/posts?limit=100&page=" + strconv.Itoa(n%150+1))
	case 1: // as long an answer as there may be
		return graphql(fmt.Sprintf("{posts(first: 100, offset: %d) { nodes { slug %s } } }", n, aliases(25, "html")))
	case 2:
		return graphql(fmt.Sprintf("{posts(first: 100, offset: %d) { nodes { slug %s } } }", n, aliases(300, "html")))
	case 3:
		return graphql("{" + aliases(40, fmt.Sprintf(`search(query: "\"with the\" \"%d steps\"", first: 1) { totalCount }`, n)) + "}")
	case 4:
		return get("/v1/search?limit=100&q=" + url.QueryEscape(fmt.Sprintf("building OR with OR steps OR %d", n)))
	default:
		return graphql(fmt.Sprintf(`{facets(by: [TOOL, ENTITY, STACK, SCENARIO, TOPIC], first: 100, filter: {title: {contains: "%c"}}) { buckets { value count } } `, 'a'+n%26) +
			aliases(8, fmt.Sprintf(`posts(first: 20, offset: %d) { nodes { similar(first: 100, diversity: 0.5) { edges { similarity } } } }`, n)) + "}")
	}
}

// readBadly asks for the dearest answers and treats them as one of four kinds of bad
// reader does: reads all, reads slowly, reads nothing, leaves early.
func readBadly(ctx context.Context, addr string, who int) {
	for n := who; ctx.Err() == nil; n += 16 {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			return
		}
		_ = c.(*net.TCPConn).SetReadBuffer(16 << 10)
		_, _ = io.WriteString(c, dearest(n/16*7+who, []string{"identity", "br", "gzip"}[n%3]))
		_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
		switch who % 4 {
		case 0:
			_, _ = io.Copy(io.Discard, c)
		case 1:
			for range 50 {
				if _, err := io.CopyN(io.Discard, c, 8<<10); err != nil || ctx.Err() != nil {
					break
				}
				time.Sleep(100 * time.Millisecond)
			}
		case 2:
			select {
			case <-ctx.Done():
			case <-time.After(10 * time.Second):
			}
		case 3:
			time.Sleep(300 * time.Millisecond)
		}
		c.Close()
	}
}
