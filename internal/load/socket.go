package main

import "net"

const waitBuffer = 8 << 10 // bytes

// drainBuffered is drain for any connection, with a buffer for each.
func drainBuffered(conn net.Conn, feed func([]byte) error) error {
	buf := make([]byte, waitBuffer)
	for {
		n, err := conn.Read(buf)
		if n > 0 {
			if failed := feed(buf[:n]); failed != nil {
				return failed
			}
		}
		if err != nil {
			return err
		}
	}
}
