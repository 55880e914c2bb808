//go:build !linux && !darwin

package check

// freeRoom is not asked on this system.
func freeRoom(string) (free int64, known bool, err error) { return 0, false, nil }
