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

// progress shows how far one stage of a long command is: a bar with rate and
// remaining time on a terminal, a plain line now and then elsewhere.
type progress struct {
	out   io.Writer
	bar   *progressbar.ProgressBar // nil where out is no terminal
	doing string                   // such as reading
	began time.Time
	told  time.Time
	posts int
	done  int64 // of total: bytes of a reading, posts of a building
	total int64 // 0 where not known
}

func (c *commandLine) newProgress(doing string, total int64) *progress {
	p := &progress{out: c.Err, doing: doing, total: total, began: time.Now(), told: time.Now()}
	if f, ok := c.Err.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		if total == 0 {
			total = -1
		}
		p.bar = progressbar.NewOptions64(total,
			progressbar.OptionSetWriter(c.Err), progressbar.OptionSetWidth(30), progressbar.OptionSetElapsedTime(false),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(),
			progressbar.OptionSetPredictTime(true), progressbar.OptionSetDescription(doing))
	}
	return p
}

// reader counts what is read through it.
func (p *progress) reader(r io.Reader) io.Reader { return &countingReader{r, p} }

type countingReader struct {
	io.Reader
	p *progress
}

func (r *countingReader) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	r.p.done += int64(n)
	return n, err
}

// show tells how far it is, where it is time to.
func (p *progress) show(posts int) {
	p.posts = posts
	if p.bar != nil {
		if posts%256 == 0 {
			p.bar.Describe(p.rate())
			_ = p.bar.Set64(p.done) // a bar that cannot be drawn is no reason to stop
		}
		return
	}
	if posts%1024 == 0 && time.Since(p.told) >= lineInterval {
		p.told = time.Now()
		fmt.Fprintln(p.out, p.rate()+p.left())
	}
}

func (p *progress) rate() string {
	return fmt.Sprintf("%s: %d posts, %.0f/s", p.doing, p.posts, float64(p.posts)/time.Since(p.began).Seconds())
}

func (p *progress) left() string {
	if p.total <= 0 || p.done <= 0 {
		return ""
	}
	left := time.Duration(float64(time.Since(p.began)) * float64(p.total-p.done) / float64(p.done))
	return fmt.Sprintf(", about %s left", max(left, 0).Round(time.Second))
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
