package server

import (
	"runtime"
	"runtime/debug"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"

	"alphanode/store"
)

// buildInfo tells what the binary was built from, as a gauge that is 1: so that a change
// in other metrics can be laid beside it.
func buildInfo() prometheus.Collector {
	version, revision := "unknown", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				revision = setting.Value
			}
		}
	}
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "alphanode_build_info", Help: "1, with what the binary was built from.",
		ConstLabels: prometheus.Labels{"version": version, "revision": revision, "goversion": runtime.Version(), "format": strconv.Itoa(store.FormatVersion)},
	}, func() float64 { return 1 })
}
