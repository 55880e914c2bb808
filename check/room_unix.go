//go:build linux || darwin

package check

import "syscall"

// freeRoom says how many bytes who runs the check may still write where a folder is.
func freeRoom(dir string) (free int64, known bool, err error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, true, err
	}
	return int64(s.Bavail) * int64(s.Bsize), true, nil
}
