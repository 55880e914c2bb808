package graph

import (
	"log/slog"
	"os"
	"testing"
)

// TestMain keeps the log of the errors that are made on purpose to itself.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(m.Run())
}
