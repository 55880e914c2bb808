package bench

import (
	"fmt"
	"slices"
	"time"
)

// Report is what was measured. Processor time is utime and stime of proc(5),
// with nothing taken off.
type Report struct {
	Rounds      int              `json:"rounds"`
	Seconds     float64          `json:"seconds"` // each round
	Connections int              `json:"connections"`
	Rate        float64          `json:"rate,omitempty"`
	Warm        bool             `json:"warm,omitempty"`   // answers are kept by the server
	Coding      string           `json:"coding,omitempty"` // of the answers
	Archives    []*ArchiveReport `json:"archives"`         // by posts
}

// ArchiveReport is what was measured of one archive.
type ArchiveReport struct {
	Data        string  `json:"data"`
	Posts       int     `json:"posts"`       // public ones
	StartMillis float64 `json:"startMillis"` // from the start of the process to its first answer
	PeakBytes   int64   `json:"peakBytes"`   // private anonymous memory under load
	Lines       []*Line `json:"operations"`
	Burst       *Line   `json:"burst,omitempty"`
}

// Line is an operation over one face.
type Line struct {
	Operation  string  `json:"operation"`
	Face       string  `json:"face"`
	Missing    string  `json:"missing,omitempty"` // why it was not measured
	Arguments  int     `json:"arguments"`         // different ones
	Calls      int64   `json:"calls"`
	Errors     int64   `json:"errors"` // calls whose answer was not the right one
	FirstError string  `json:"firstError,omitempty"`
	Bytes      float64 `json:"bytes"` // of the answer to one call
	Server     Figures `json:"server"`
	Limit      Figures `json:"limit"`
	Allocs     float64 `json:"allocs"`     // of the server, a call
	StoreCalls float64 `json:"storeCalls"` // likewise

	// Ratio is the limit's processor time a call to the server's: 1 is as good
	// as it can be. RateRatio is the server's throughput to the limit's.
	Ratio     float64 `json:"ratio"`
	RateRatio float64 `json:"rateRatio"`
}

// Figures are what one server did: medians of the rounds, and percentiles over
// all of them.
type Figures struct {
	Throughput float64 `json:"throughput"` // calls a second
	CPUMicros  float64 `json:"cpuMicros"`  // a call
	P50Micros  float64 `json:"p50Micros"`
	P99Micros  float64 `json:"p99Micros"`
	P999Micros float64 `json:"p999Micros"`
}

// fill sets the line's figures from the rounds of the server and of its limit,
// which took turns.
func (l *Line) fill(server, limit []*measured) {
	var ratios, rateRatios, allocs, storeCalls []float64
	for i, s := range server {
		ratios = append(ratios, quotient(limit[i].cpuMicros(), s.cpuMicros()))
		rateRatios = append(rateRatios, quotient(s.throughput(), limit[i].throughput()))
		allocs = append(allocs, quotient(s.mallocs, float64(s.calls)))
		storeCalls = append(storeCalls, quotient(s.storeCalls, float64(s.calls)))
		l.Calls += s.calls
	}
	for _, m := range slices.Concat(server, limit) {
		l.Errors += m.errors
		if m.failure != nil && l.FirstError == "" {
			l.FirstError = m.failure.Error()
		}
	}
	l.Server, l.Limit = figures(server), figures(limit)
	l.Ratio, l.RateRatio, l.Allocs, l.StoreCalls = median(ratios), median(rateRatios), median(allocs), median(storeCalls)
}

func figures(of []*measured) Figures {
	var throughputs, cpus []float64
	var runs []*run
	for _, m := range of {
		throughputs, cpus, runs = append(throughputs, m.throughput()), append(cpus, m.cpuMicros()), append(runs, m.run)
	}
	times := together(runs)
	return Figures{
		Throughput: median(throughputs), CPUMicros: median(cpus),
		P50Micros: times.CalcPercentile(50) * 1e6, P99Micros: times.CalcPercentile(99) * 1e6, P999Micros: times.CalcPercentile(99.9) * 1e6,
	}
}

func (m *measured) cpuMicros() float64 {
	return quotient(float64(m.cpu)/float64(time.Microsecond), float64(m.calls))
}

func (l *Line) brief() string {
	if l.Missing != "" {
		return l.Missing
	}
	return fmt.Sprintf("%.0f µs of processor, %.2f of the limit, %d errors", l.Server.CPUMicros, l.Ratio, l.Errors)
}

// Wrong is how many calls were not answered right.
func (r *Report) Wrong() (n int64) {
	for _, a := range r.Archives {
		for _, l := range a.Lines {
			n += l.Errors
		}
		if a.Burst != nil {
			n += a.Burst.Errors
		}
	}
	return n
}

// Growth is what an operation costs at the largest archive, to what it costs at
// the smallest.
type Growth struct {
	Operation string  `json:"operation"`
	Face      string  `json:"face"`
	Ratio     float64 `json:"ratio"`
}

// Growth compares processor time a call between archives. It is empty where
// there is only one.
func (r *Report) Growth() (growth []Growth) {
	if len(r.Archives) < 2 {
		return nil
	}
	smallest, largest := r.Archives[0], r.Archives[len(r.Archives)-1]
	for i, s := range smallest.Lines {
		if l := largest.Lines[i]; s.Missing == "" && l.Missing == "" {
			growth = append(growth, Growth{s.Operation, s.Face, quotient(l.Server.CPUMicros, s.Server.CPUMicros)})
		}
	}
	return growth
}

func median(of []float64) float64 {
	sorted := slices.Sorted(slices.Values(of))
	middle := len(sorted) / 2
	if len(sorted)%2 == 0 {
		return (sorted[middle-1] + sorted[middle]) / 2
	}
	return sorted[middle]
}

// quotient is 0 where there is nothing to divide by, as in a run too short to
// measure.
func quotient(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
