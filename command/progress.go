package command

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// lineInterval is how often progress is told where it is not shown on a
// terminal.
const lineInterval = 5 * time.Second

// progress shows how far a long command is: a bar with rate and remaining time
// on a terminal, a plain line now and then elsewhere.
type progress struct {
	out   io.Writer
	bar   *progressbar.ProgressBar // nil where out is no terminal
	unit  string
	began time.Time
	told  time.Time
	done  int   // units
	bytes int64 // read
	total int64 // bytes, 0 where not known
}

func (c *commandLine) newProgress(unit string) *progress {
	p := &progress{out: c.Err, unit: unit, began: time.Now(), told: time.Now()}
	if f, ok := c.Err.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.bar = progressbar.NewOptions64(-1,
			progressbar.OptionSetWriter(c.Err), progressbar.OptionShowBytes(true), progressbar.OptionSetWidth(30),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(),
			progressbar.OptionSetPredictTime(true), progressbar.OptionSetDescription("reading"))
	}
	return p
}

// expect says how many bytes there are to read; 0 where that is not known.
func (p *progress) expect(bytes int64) {
	p.total = bytes
	if p.bar != nil && bytes > 0 {
		p.bar.ChangeMax64(bytes)
	}
}

// reader counts what is read through it.
func (p *progress) reader(r io.Reader) io.Reader { return &countingReader{r, p} }

type countingReader struct {
	io.Reader
	p *progress
}

func (r *countingReader) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	r.p.bytes += int64(n)
	return n, err
}

// add counts units that are done.
func (p *progress) add(n int) {
	p.done += n
	if p.bar != nil {
		if p.done%256 == 0 {
			p.bar.Describe(fmt.Sprintf("%d %s", p.done, p.unit))
			_ = p.bar.Set64(p.bytes) // a bar that cannot be drawn is no reason to stop
		}
		return
	}
	if p.done%1024 == 0 && time.Since(p.told) >= lineInterval {
		p.told = time.Now()
		fmt.Fprintln(p.out, p.line())
	}
}

func (p *progress) line() string {
	elapsed := time.Since(p.began)
	s := fmt.Sprintf("%d %s, %.0f/s", p.done, p.unit, float64(p.done)/elapsed.Seconds())
	if p.total > 0 && p.bytes > 0 {
		left := time.Duration(float64(elapsed) * float64(p.total-p.bytes) / float64(p.bytes))
		s += fmt.Sprintf(", about %s left to read", left.Round(time.Second))
	}
	return s
}

// clear makes room for a line of other output.
func (p *progress) clear() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}

// end takes the bar away.
func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Finish()
		p.bar = nil
	}
}
