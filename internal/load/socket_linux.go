package main

import (
	"fmt"
	"io"
	"net"
	"sync"
	"syscall"
)

const (
	readBuffer = 64 << 10 // bytes
	// readsInTurn is how often a connection that is never empty is read before
	// its deadline is looked at again.
	readsInTurn = 16
)

// Clients borrow a buffer for the time of one read, so that thousands that
// wait have none.
var readBuffers = sync.Pool{New: func() any { return new([readBuffer]byte) }}

// drain reads until the connection ends or feed returns an error, and returns
// that; io.EOF if the peer closed. Of a UDP port feed is given each datagram.
func drain(conn net.Conn, feed func([]byte) error) error {
	s, ok := conn.(syscall.Conn)
	if !ok {
		return drainBuffered(conn, feed)
	}
	_, datagrams := conn.(*net.UDPConn)
	raw, err := s.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	step := func(fd uintptr) (done bool) {
		done, failed = readSome(int(fd), datagrams, feed)
		return done
	}
	for failed == nil {
		if err := raw.Read(step); err != nil {
			return err
		}
	}
	return failed
}

// readSome reads what is there; done is false when the client has to wait.
func readSome(fd int, datagrams bool, feed func([]byte) error) (done bool, err error) {
	buf := readBuffers.Get().(*[readBuffer]byte)
	defer readBuffers.Put(buf)
	for range readsInTurn {
		n, err := syscall.Read(fd, buf[:])
		switch {
		case err == syscall.EAGAIN:
			return false, nil
		case err == syscall.EINTR:
			continue
		case err != nil:
			return true, err
		case n == 0 && !datagrams:
			return true, io.EOF
		}
		if err := feed(buf[:n]); err != nil {
			return true, err
		}
	}
	return true, nil
}

// raiseFiles raises the limit of open files to what the system allows; the
// error says that this is less than n.
func raiseFiles(n uint64) error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	if limit.Cur = limit.Max; limit.Cur < n {
		return fmt.Errorf("%d open files are allowed here, %d are needed: take fewer clients, or raise ulimit -Hn", limit.Max, n)
	}
	return syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
}
