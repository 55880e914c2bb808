package trace_test

import (
	"strings"
	"testing"

	"alphanode/trace"
)

const (
	traceID = "4bf92f3577b34da6a3ce929d0e0e4736"
	spanID  = "00f067aa0ba902b7"
	parent  = "00-" + traceID + "-" + spanID + "-01"
)

func TestParse(t *testing.T) {
	t.Parallel()
	zeros := strings.Repeat("0", 32)
	tests := []struct {
		name  string
		given []string
		want  string // the traceparent that is passed on; "" where nothing is
	}{
		{"none", nil, ""},
		{"usual", []string{parent}, parent},
		{"not sampled", []string{"00-" + traceID + "-" + spanID + "-00"}, "00-" + traceID + "-" + spanID + "-00"},
		{"random", []string{"00-" + traceID + "-" + spanID + "-03"}, "00-" + traceID + "-" + spanID + "-03"},
		{"flags that are not known", []string{"00-" + traceID + "-" + spanID + "-ff"}, "00-" + traceID + "-" + spanID + "-03"},
		{"two lines", []string{parent, parent}, ""},
		{"empty", []string{""}, ""},
		{"a version to come", []string{"cc-" + traceID + "-" + spanID + "-01"}, parent},
		{"a version to come with more", []string{"cc-" + traceID + "-" + spanID + "-01-what-comes"}, parent},
		{"a version to come with more of the flags", []string{"cc-" + traceID + "-" + spanID + "-01.what"}, ""},
		{"a version to come that ends with a dash", []string{"01-" + traceID + "-" + spanID + "-01-"}, parent},
		{"more behind version 00", []string{parent + "-what"}, ""},
		{"a dash behind version 00", []string{parent + "-"}, ""},
		{"version ff", []string{"ff-" + traceID + "-" + spanID + "-01"}, ""},
		{"no hex in the version", []string{"0x-" + traceID + "-" + spanID + "-01"}, ""},
		{"zero trace", []string{"00-" + zeros + "-" + spanID + "-01"}, ""},
		{"zero span", []string{"00-" + traceID + "-" + zeros[:16] + "-01"}, ""},
		{"upper case", []string{strings.ToUpper(parent)}, ""},
		{"upper case in the flags", []string{"00-" + traceID + "-" + spanID + "-0A"}, ""},
		{"short", []string{parent[:54]}, ""},
		{"long trace", []string{"00-" + traceID + "a-" + spanID + "-01"}, ""},
		{"spaces around", []string{" " + parent}, ""},
		{"other separators", []string{strings.ReplaceAll(parent, "-", "_")}, ""},
		{"several in one line", []string{parent + "," + parent}, ""},
	}
	for _, tt := range tests {
		c := trace.Parse(tt.given, []string{"a=1"})
		if !c.Valid() {
			if tt.want != "" || c != (trace.Context{}) {
				t.Errorf("%s: found %+v, expected %s", tt.name, c, tt.want)
			}
			continue
		}
		if found := c.Traceparent(); found != tt.want || c.State != "a=1" {
			t.Errorf("%s: found %s with %q, expected %s", tt.name, found, c.State, tt.want)
		}
	}
}

func TestState(t *testing.T) {
	t.Parallel()
	var many, few []string
	for i := range 33 {
		many = append(many, "k"+string(rune('a'+i%26))+strings.Repeat("x", i/26)+"=1")
	}
	few = many[:32]
	long := "long=" + strings.Repeat("v", 200)
	half := func(key string) string { return key + "=" + strings.Repeat("v", 120) }
	tests := []struct {
		name  string
		given []string
		want  string
	}{
		{"usual", []string{"congo=t61rcWkgMzE,rojo=00f067aa0ba902b7"}, "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7"},
		{"several lines, in their order", []string{"a=1", "b=2,c=3"}, "a=1,b=2,c=3"},
		{"spaces around members", []string{"a=1 \t, b=2"}, "a=1,b=2"},
		{"spaces in a value", []string{"a=1 2"}, "a=1 2"},
		{"empty members", []string{",a=1,,", ""}, "a=1"},
		{"nothing", []string{""}, ""},
		{"a tenant", []string{"fw529a3039@dt=FfAAAA,0a@b=1"}, "fw529a3039@dt=FfAAAA,0a@b=1"},
		{"32 members", []string{strings.Join(few, ",")}, strings.Join(few, ",")},
		{"33 members", []string{strings.Join(many, ",")}, ""},
		{"a key twice", []string{"a=1,a=2"}, ""},
		{"upper case", []string{"A=1"}, ""},
		{"no value", []string{"a"}, ""},
		{"empty value", []string{"a="}, ""},
		{"equals in a value", []string{"a=b=c"}, ""},
		{"control characters", []string{"a=\x01"}, ""},
		{"two @", []string{"a@b@c=1"}, ""},
		{"a long vendor", []string{"a@" + strings.Repeat("b", 15) + "=1"}, ""},
		{"a long key", []string{strings.Repeat("k", 257) + "=1"}, ""},
		{"a long value", []string{"k=" + strings.Repeat("v", 257)}, ""},
		{"too long: what is long goes first", []string{half("a"), long, half("b"), half("c"), half("d")},
			strings.Join([]string{half("a"), half("b"), half("c"), half("d")}, ",")},
		{"too long: what is right goes last", []string{half("a"), half("b"), half("c"), half("d"), half("e")},
			strings.Join([]string{half("a"), half("b"), half("c"), half("d")}, ",")},
		{"long but not too long", []string{long, "a=1"}, long + ",a=1"},
	}
	for _, tt := range tests {
		c := trace.Parse([]string{parent}, tt.given)
		if !c.Valid() || c.State != tt.want {
			t.Errorf("%s: found %q, expected %q", tt.name, c.State, tt.want)
		}
		if len(c.State) > 512 {
			t.Errorf("%s: found %d bytes", tt.name, len(c.State))
		}
	}
}

func TestNew(t *testing.T) {
	t.Parallel()
	one, other := trace.New(), trace.New()
	if one == other || !one.Valid() {
		t.Errorf("found %+v and %+v", one, other)
	}
	if read := trace.Parse([]string{one.Traceparent()}, nil); read != one {
		t.Errorf("found %+v, expected %+v", read, one)
	}
}

// FuzzParse holds what is passed on against the rules: it is read again as itself.
func FuzzParse(f *testing.F) {
	f.Add(parent, "congo=t61rcWkgMzE", "rojo=1")
	f.Add("01-"+traceID+"-"+spanID+"-ff-more", "a@b=1,,", "a=1")
	f.Add("", "", "")
	f.Fuzz(func(t *testing.T, traceparent, state, more string) {
		c := trace.Parse([]string{traceparent}, []string{state, more})
		if !c.Valid() {
			if c != (trace.Context{}) {
				t.Errorf("found %+v of no context", c)
			}
			return
		}
		var lines []string
		if c.State != "" {
			lines = []string{c.State}
		}
		if again := trace.Parse([]string{c.Traceparent()}, lines); again != c {
			t.Errorf("found %+v, and read again %+v", c, again)
		}
		if len(c.State) > 512 || strings.ContainsAny(c.State, "\r\n") {
			t.Errorf("found the state %q", c.State)
		}
	})
}
