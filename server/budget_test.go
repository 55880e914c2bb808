package server_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"alphanode/store"
	"alphanode/store/keys"
	"alphanode/store/storetest"
)

// from asks from an address.
func from(t testing.TB, h http.Handler, addr, target string, headers ...string) reply {
	t.Helper()
	r := httptest.NewRequest("GET", target, nil)
	r.RemoteAddr = addr
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return reply{w.Code, w.Result().Header, w.Body.String()}
}

// leftOf reads how many units are left, -1 where no budget holds.
func leftOf(t testing.TB, r reply) int {
	t.Helper()
	field := r.header.Get("RateLimit")
	if field == "" {
		return -1
	}
	found := regexp.MustCompile(`^"cost";r=(\d+);t=\d+$`).FindStringSubmatch(field)
	if found == nil {
		t.Fatalf("found RateLimit: %s", field)
	}
	n, _ := strconv.Atoi(found[1])
	return n
}

// TestBudgetOfAnAddress: who spends more than they may is told how long to wait, and
// that is true; others are not held up by it.
func TestBudgetOfAnAddress(t *testing.T) {
	t.Parallel()
	const one, other = "192.0.2.1:100", "192.0.2.2:100"
	synctest.Test(t, func(t *testing.T) { // the clock stands while requests are answered
		h := serving(t, "address-budget=6000")
		first := from(t, h, one, "/v1/posts?limit=5")
		if first.status != 200 || first.header.Get("RateLimit-Policy") != `"cost";q=6000;w=60` {
			t.Fatalf("found %d %v", first.status, first.header)
		}
		before := leftOf(t, first)
		hit := from(t, h, one, "/v1/posts?limit=5")
		if spent := before - leftOf(t, hit); spent < 1 || spent > 50 {
			t.Errorf("a kept answer cost %d units", spent)
		}
		if spent := 6000 - before; spent < 80 {
			t.Errorf("an answer cost %d units", spent)
		}
		same := from(t, h, one, "/v1/posts?limit=5", "If-None-Match: "+first.header.Get("ETag"))
		if same.status != 304 || leftOf(t, same) >= leftOf(t, hit) {
			t.Errorf("found %d, %d units left", same.status, leftOf(t, same))
		}
		for i, target := range []string{"/v1/posts?limit=boom", "/v1/none", "/graphql?query={", "/v1/posts/no-such"} {
			before := leftOf(t, same)
			if same = from(t, h, one, target); leftOf(t, same) >= before {
				t.Errorf("%d: what is refused costs nothing", i)
			}
		}
		var last reply
		for i := range 1000 {
			if last = from(t, h, one, fmt.Sprintf("/v1/search?q=a&limit=%d", 1+i%100)); last.status != 200 {
				break
			}
		}
		wait, _ := strconv.Atoi(last.header.Get("Retry-After"))
		if last.status != 429 || wait < 1 || !strings.Contains(last.body, "RATE_LIMITED") || leftOf(t, last) != 0 ||
			!strings.HasSuffix(last.header.Get("RateLimit"), ";t="+strconv.Itoa(wait)) || last.header.Get("Cache-Control") != "no-store" {
			t.Fatalf("found %d %v %s", last.status, last.header, last.body)
		}
		for range 100 { // which cost nothing
			if r := from(t, h, one, "/v1/posts"); r.header.Get("Retry-After") != strconv.Itoa(wait) {
				t.Fatalf("found %d, Retry-After %s", r.status, r.header.Get("Retry-After"))
			}
		}
		if r := from(t, h, one, "/health"); r.status != 200 || leftOf(t, r) != -1 {
			t.Errorf("/health: found %d", r.status)
		}
		if r := from(t, h, other, "/v1/posts"); r.status != 200 {
			t.Errorf("another address: found %d", r.status)
		}
		if r := from(t, h, "127.0.0.1:1", "/v1/posts"); r.status != 200 || leftOf(t, r) != -1 {
			t.Errorf("loopback: found %d, %d left", r.status, leftOf(t, r))
		}
		time.Sleep(time.Duration(wait) * time.Second)
		if r := from(t, h, one, "/v1/posts"); r.status != 200 {
			t.Errorf("after %d seconds: found %d", wait, r.status)
		}
	})
}

// TestBudgetOfANetwork: all addresses of 64 bits of IPv6 are one.
func TestBudgetOfANetwork(t *testing.T) {
	t.Parallel()
	r1 := onlyOne{storetest.Release(t, archive(t)...)}
	synctest.Test(t, func(t *testing.T) {
		h := serve(t, r1, quiet, "address-budget=1000")
		refused := 0
		for i := range 60 {
			if from(t, h, fmt.Sprintf("[2001:db8::%x]:1", i+1), "/v1/posts").status == 429 {
				refused++
			}
		}
		if r := from(t, h, "[2001:db8:0:1::1]:1", "/v1/posts"); refused == 0 || r.status != 200 {
			t.Errorf("found %d of one network refused, and another %d", refused, r.status)
		}
	})
}

// TestBodiesNotSentAreFree: who has an answer already, or asks for its header, does not pay
// for what is not sent.
func TestBodiesNotSentAreFree(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t), "address-budget=1000000")
	tag := get(t, h, "/openapi.json").header.Get("ETag")
	for from, ask := range map[string]func(r *http.Request){
		"192.0.2.3:1": func(r *http.Request) { r.Header.Set("If-None-Match", tag) },
		"192.0.2.2:1": func(r *http.Request) { r.Method = "HEAD" },
	} {
		r := httptest.NewRequest("GET", "/openapi.json", nil)
		r.RemoteAddr = from
		ask(r)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if left := leftOf(t, reply{header: w.Result().Header}); w.Body.Len() > 0 || left < 1000000-25 {
			t.Errorf("%s: found %d with %d bytes, %d units left", r.Method, w.Code, w.Body.Len(), left)
		}
	}
}

// TestBudgetIsNotKept: what belongs to one reader is no part of a kept answer.
func TestBudgetIsNotKept(t *testing.T) {
	t.Parallel()
	h := serving(t, "address-budget=100000")
	for range 2 {
		a, b := from(t, h, "192.0.2.1:1", "/v1/tools"), from(t, h, "127.0.0.1:1", "/v1/tools")
		if leftOf(t, a) < 0 || leftOf(t, b) != -1 || b.header.Get("RateLimit-Policy") != "" {
			t.Errorf("found %v and %v", a.header, b.header)
		}
	}
}

// TestBudgetsOfKeys: a key has its own budget, wherever it is used from, and is known in
// the metrics; without one it has what the server gives.
func TestBudgetsOfKeys(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t), "address-budget=1000", "key-budget=5000")
	secret, key, err := keys.In(h.catalogue.Dir()).AddLimited("small", store.ScopeRead, store.KeyLimits{Budget: 2000})
	if err != nil {
		t.Fatal(err)
	}
	bearer := "Authorization: Bearer " + secret
	for deadline := time.Now().Add(10 * time.Second); from(t, h, "127.0.0.1:1", "/", bearer).status != 200; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the key is not known")
		}
	}
	for _, tt := range []struct{ addr, header, want string }{
		{"127.0.0.1:1", bearer, `"cost";q=2000;w=60`},
		{"192.0.2.1:1", bearer, `"cost";q=2000;w=60`},
		{"192.0.2.1:1", "Authorization: Bearer " + h.secret[store.ScopeRead], `"cost";q=5000;w=60`},
		{"127.0.0.1:1", "Authorization: Bearer " + h.secret[store.ScopeRead], ""},
		{"192.0.2.1:1", "Authorization: Bearer alphanode_0", `"cost";q=1000;w=60`},
		{"192.0.2.1:1", "Request-Id: x", `"cost";q=1000;w=60`},
	} {
		if got := from(t, h, tt.addr, "/v1/posts", tt.header).header.Get("RateLimit-Policy"); got != tt.want {
			t.Errorf("from %s with %.24s: found %s, expected %s", tt.addr, tt.header, got, tt.want)
		}
	}
	for i := 0; from(t, h, "192.0.2.9:1", "/v1/posts", bearer).status != 429; i++ {
		if i > 1000 {
			t.Fatal("the key is never refused")
		}
	}
	if r := from(t, h, "192.0.2.9:1", "/v1/posts"); r.status != 200 {
		t.Errorf("without the key from the same address: found %d", r.status)
	}
	metrics := get(t, h.Operators(), "/metrics").body
	for _, want := range []string{`alphanode_key_requests_total{key="` + key.ID + `"}`, `alphanode_key_cost_total{key="` + key.ID + `"}`, `alphanode_key_last_request_timestamp_seconds{key="` + key.ID + `"}`} {
		if !strings.Contains(metrics, want) {
			t.Errorf("the metrics have no %s", want)
		}
	}
	if strings.Contains(metrics, secret) || strings.Contains(metrics, "alphanode_0") {
		t.Error("the metrics have a secret")
	}
}

// TestChargedInTheLog: the log says of each answer what its reader's budget was charged.
func TestChargedInTheLog(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // nothing is paid back while the clock stands
		l := logging(t, "address-budget=1000000", "graphql-complexity=3000")
		left, over := 1_000_000, 0
		for _, target := range []string{
			"/v1/posts?limit=50", "/v1/posts?limit=50", "/v1/search?q=a", "/v1/posts/no-such", "/v1/none", "/v1/posts?limit=boom", "/v1/posts.ndjson",
			"/graphql?query={posts(first:20){nodes{title}}}", "/graphql?query={posts(first:100){nodes{title,similar(first:20){nodes{title}}}}}", "/v1/tools", "/health",
		} {
			for _, header := range []string{"X: y", "Accept-Encoding: gzip", "Accept-Encoding: br", "If-None-Match: *"} {
				before := len(l.log.String())
				from(t, l, "192.0.2.1:1", target, header)
				var line struct {
					Charged, Cost int
					Code, Cache   string
				}
				if err := json.Unmarshal([]byte(l.log.String()[before:]), &line); err != nil {
					t.Fatal(err)
				}
				now := leftOf(t, from(t, l, "192.0.2.1:1", "/v1/none")) // which costs the least there is
				if charged := left - now - 20; charged != line.Charged && target != "/health" {
					t.Errorf("%s, %s: charged %d units, the log says %+v", target, header, charged, line)
				}
				if target == "/health" && line.Charged != 0 || target != "/health" && line.Code == "" && line.Charged <= line.Cost || line.Code == "TOO_COMPLEX" && line.Charged != 20 {
					t.Errorf("%s, %s: found %+v", target, header, line)
				}
				if line.Code == "TOO_COMPLEX" {
					over++
				}
				left = now
			}
		}
		if over == 0 {
			t.Error("nothing was refused as too dear")
		}
	})
}

// TestSmallBudget: a question that costs more than its reader ever has is refused as one
// that is too dear, not as one that may be asked again.
func TestSmallBudget(t *testing.T) {
	t.Parallel()
	r1 := onlyOne{storetest.Release(t, archive(t)...)}
	synctest.Test(t, func(t *testing.T) {
		h := serve(t, r1, quiet, "address-budget=100")
		for range 20 {
			r := from(t, h, "192.0.2.1:1", "/v1/posts?limit=100&search=a+b&sort=title")
			if r.status != 400 || !strings.Contains(r.body, "TOO_COMPLEX") {
				t.Fatalf("found %d %s", r.status, r.body)
			}
			time.Sleep(time.Minute)
		}
		if r := from(t, h, "127.0.0.1:1", "/v1/posts?limit=100&search=a+b&sort=title"); r.status != 200 {
			t.Errorf("without a budget: found %d %s", r.status, r.body)
		}
	})
}

// TestExpiredKey: from when it expires a key opens nothing, and its holder is told.
func TestExpiredKey(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t))
	soon := time.Now().Add(400 * time.Millisecond).UTC()
	secret, _, err := keys.In(h.catalogue.Dir()).AddLimited("soon gone", store.ScopeRead, store.KeyLimits{Expires: &soon})
	if err != nil {
		t.Fatal(err)
	}
	var r reply
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if r = get(t, h, "/v1/posts", "Authorization: Bearer "+secret); strings.Contains(r.body, "has expired") {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("found %d %s", r.status, r.body)
		}
	}
	if r.status != 401 || time.Now().Before(soon) || strings.Contains(r.body, secret) {
		t.Errorf("found %d %s", r.status, r.body)
	}
}

// TestRequiredKey: nobody is answered without one, but who watches and browsers that ask
// before they ask.
func TestRequiredKey(t *testing.T) {
	t.Parallel()
	h := openHouse(t, archive(t), "require-key=true")
	for _, target := range []string{"/", "/v1/posts", "/v1/posts/unsure", "/v1/none", "/graphql?query={__typename}", "/openapi.json", "/v1/posts.ndjson"} {
		r := get(t, h, target)
		if r.status != 401 || !strings.Contains(r.body, "UNAUTHENTICATED") || r.header.Get("WWW-Authenticate") != "Bearer" {
			t.Errorf("%s: found %d %s", target, r.status, r.body)
		}
		if r := get(t, h, target, "Authorization: Bearer "+h.secret[store.ScopeRead]); r.status == 401 {
			t.Errorf("%s with a key: found %d", target, r.status)
		}
	}
	if r := ask(t, h, "OPTIONS", "/v1/posts", ""); r.status != 401 {
		t.Errorf("OPTIONS: found %d", r.status)
	}
	for _, target := range []string{"/health", "/ready"} {
		if r := get(t, h, target); r.status != 200 {
			t.Errorf("%s: found %d", target, r.status)
		}
	}
	if r := ask(t, h, "OPTIONS", "/v1/posts", "", "Origin: https://a.example", "Access-Control-Request-Method: GET"); r.status != 204 && r.status != 200 {
		t.Errorf("preflight: found %d", r.status)
	}
}

// TestStreamsArePaid: a stream goes on at the pace of its reader's budget.
func TestStreamsArePaid(t *testing.T) {
	t.Parallel()
	r1 := onlyOne{storetest.Release(t, archive(t)...)}
	synctest.Test(t, func(t *testing.T) {
		h := serve(t, r1, quiet, "address-budget=200")
		began := time.Now()
		r := from(t, h, "192.0.2.1:1", "/v1/posts.ndjson")
		if r.status != 200 || strings.Count(r.body, "\n") < 50 {
			t.Fatalf("found %d with %d lines", r.status, strings.Count(r.body, "\n"))
		}
		if took := time.Since(began); took < 2*time.Second || took > 10*time.Minute {
			t.Errorf("it took %v", took)
		}
		if free := from(t, h, "127.0.0.1:1", "/v1/posts.ndjson"); free.body != r.body {
			t.Error("found other bytes without a budget")
		}
	})
}

// TestDearestCostNoMoreThanTheBudget asks the dearest requests that are found, without
// pause from one address, for some minutes of a clock that stands while they are
// answered: all that is answered has cost no more than the budget lets through.
func TestDearestCostNoMoreThanTheBudget(t *testing.T) {
	a := newPricedArchive(t)
	rest, graphQL := newRESTRequests(t, a), newGraphQLRequests(t, a)
	rnd := rand.New(rand.NewPCG(*dearestSeed, 9))
	var found []tried
	for i := range 150 {
		x := tried{hostileRequest: []func(*tape) hostileRequest{rest.next, graphQL.next}[i%2](&tape{rnd: rnd})}
		if x.answered = a.ask(t, x.hostileRequest, "identity"); !x.refused() {
			found = append(found, x)
		}
	}
	slices.SortFunc(found, func(a, b tried) int { return b.cost - a.cost })
	found = found[:min(len(found), 6)]
	const budget, minutes = 150_000, 5
	synctest.Test(t, func(t *testing.T) {
		bounded := a.opened(t, "address-budget="+strconv.Itoa(budget), "cache-size=0")
		defer bounded.close()
		spent, answers, refused := 0, 0, 0
		for began := time.Now(); time.Since(began) < minutes*time.Minute; {
			for _, x := range found {
				switch r := bounded.ask(t, x.hostileRequest, "gzip"); r.status {
				case http.StatusTooManyRequests:
					refused++
				default:
					spent += bounded.last.cost
					answers++
				}
			}
			time.Sleep(100 * time.Millisecond)
		}
		t.Logf("%d answers cost %d units, %d were refused; the dearest costs %d: seed %d", answers, spent, refused, found[0].cost, *dearestSeed)
		if most := (minutes+1)*budget + found[0].cost; spent > most || refused == 0 {
			t.Errorf("found %d units spent, expected at most %d; %d refused", spent, most, refused)
		}
	})
}

// TestRefusedBodiesArePaidFor: to read a long body and refuse it is work too.
func TestRefusedBodiesArePaidFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // nothing is paid back while the clock stands
		l := logging(t, "address-budget=1000000")
		for _, body := range []string{`{"query":"{a}","unknown":"` + strings.Repeat("x", 500_000) + `"}`, strings.Repeat("[],", 200_000), strings.Repeat("\xff", 500_000)} {
			r := httptest.NewRequest("POST", "/graphql", strings.NewReader(body))
			r.RemoteAddr = "192.0.2.1:1"
			r.Header.Set("Content-Type", "application/json")
			left := leftOf(t, from(t, l, "192.0.2.1:1", "/v1/none")) - 20 // which costs the least there is
			l.ServeHTTP(httptest.NewRecorder(), r)
			if charged := left - leftOf(t, from(t, l, "192.0.2.1:1", "/v1/none")); charged < len(body)/200 {
				t.Errorf("%.20s… of %d bytes: charged %d", body, len(body), charged)
			}
		}
	})
}
