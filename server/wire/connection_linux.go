package wire

import (
	"net"
	"syscall"
)

// tcpNotSentLowat is TCP_NOTSENT_LOWAT of Linux, which syscall does not name.
const tcpNotSentLowat = 25

// takeLittle has the operating system take at most about two pieces of an answer that
// it cannot send yet, so that what it takes shows what the reader does. By itself it
// takes megabytes, and then nothing for as long as a slow reader needs for a third of
// them.
func takeLittle(c net.Conn) {
	tcp, ok := c.(syscall.Conn)
	if !ok {
		return
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) { // where it cannot, slow readers are seen later
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpNotSentLowat, 2*PieceSize)
	})
}
