//go:build !linux

package udp

import (
	"net"
	"net/netip"
)

// batch has no form here: plain serves.
type batch struct{}

func newBatch(*net.UDPConn) (*batch, Capabilities, error) { return nil, Capabilities{}, nil }

func (*batch) queue(netip.AddrPort, int, [][]byte, *tally) {}

func (*batch) own(c *net.UDPConn) (func() error, error) { return c.Close, nil }

func (*batch) disableSegments() {}

func (*batch) flush(*tally) {}

// receiveBatch has no form here: one datagram is read at a time.
type receiveBatch struct{}

func newReceiveBatch(*net.UDPConn, int, int) (*receiveBatch, error) { return nil, nil }

func (*receiveBatch) read([]Datagram) (int, error) { return 0, nil }
