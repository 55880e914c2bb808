package broker

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

// journal hands what the server says to a log. What it only notes, some thirty lines when it
// starts, is told where a log wants every detail; what it calls an error is of a connection or
// of another machine, and may pass.
type journal struct {
	log   *slog.Logger
	fatal chan error // holds the first error for which the server gives up
}

func newJournal(log *slog.Logger) *journal {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &journal{log.With("by", "broker"), make(chan error, 1)}
}

func (j *journal) Noticef(format string, v ...any) { j.log.Debug(fmt.Sprintf(format, v...)) }
func (j *journal) Debugf(format string, v ...any)  { j.log.Debug(fmt.Sprintf(format, v...)) }
func (j *journal) Tracef(format string, v ...any)  { j.log.Debug(fmt.Sprintf(format, v...)) }
func (j *journal) Errorf(format string, v ...any)  { j.log.Warn(fmt.Sprintf(format, v...)) }

func (j *journal) Warnf(format string, v ...any) {
	text := fmt.Sprintf(format, v...)
	if strings.HasPrefix(text, "Plaintext passwords") { // in a configuration, which this server has none of
		return
	}
	j.log.Warn(text)
}

// Fatalf is what the server says before it would end its process. It does not end this one.
func (j *journal) Fatalf(format string, v ...any) {
	text := fmt.Sprintf(format, v...)
	j.log.Error(text)
	select {
	case j.fatal <- errors.New(text):
	default:
	}
}
