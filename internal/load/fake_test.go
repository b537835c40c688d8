package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"caracal/asf"
	"caracal/wmsp"
)

// Times and sizes of the fake server.
const (
	fakeReply  = 2 * time.Millisecond // before each response
	fakeEvery  = 100 * time.Millisecond
	fakePacket = 100 // bytes
)

// fake is a server of one endless stream, with faults to choose from.
type fake struct {
	lose        int           // the packet that never comes, 0 for none
	stallAt     int           // the packet before which it stalls, 0 for none
	stallFor    time.Duration // 0: for ever
	last        int           // packets in the stream, 0 without end
	status      int           // of Describe, 0 for 200
	noPipeline  bool          // the test for pipelined mode fails
	garbageAt   int           // the packet in whose place something else comes, 0 for none
	brokenSize  bool          // PacketSize is wrong
	constantSeq bool          // AFFlags does not count
	startSeq    byte          // AFFlags of the first packet
	noDelay     bool          // nothing takes any time
	rtsp        *fakeRTSP     // nil: it speaks HTTP
	mms         *fakeMMS      // the same

	reached func() // called when sent packets are out; with 0, for a connection
	sent    int

	served sync.WaitGroup
}

// target returns the fake on in-memory connections.
func (f *fake) target() *target {
	return &target{host: "fake:80", path: "/x?a=b", dial: func(context.Context) (net.Conn, error) {
		client, server := net.Pipe()
		f.served.Go(func() { f.serve(server) })
		return client, nil
	}}
}

// listen returns the fake on TCP.
func (f *fake) listen(t *testing.T) *target {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close(); f.served.Wait() })
	f.served.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			f.served.Go(func() { f.serve(c) })
		}
	})
	to, err := parseTarget("http://"+l.Addr().String()+"/x?a=b", "80")
	if err != nil {
		t.Fatal(err)
	}
	return to
}

func (f *fake) sleep(d time.Duration) {
	if !f.noDelay {
		time.Sleep(d)
	}
}

func (f *fake) serve(c net.Conn) {
	defer c.Close()
	if f.reached != nil && f.sent == 0 {
		f.reached()
	}
	if f.rtsp != nil {
		f.serveRTSP(c)
		return
	}
	if f.mms != nil {
		f.serveMMS(c)
		return
	}
	in := bufio.NewReader(c)
	var buf []byte
	tests := 0
	for {
		r, n, err := wmsp.ParseRequest(buf)
		if errors.Is(err, wmsp.ErrNeedMore) {
			b, err := in.ReadByte()
			if err != nil {
				return
			}
			buf = append(buf, b)
			continue
		}
		buf = buf[n:]
		f.sleep(fakeReply)
		switch {
		case err != nil || r.Target != "/x?a=b":
			fmt.Fprintf(c, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
		case r.Kind == wmsp.Pipeline:
			tests++
			f.pipeline(c, tests)
		case r.Kind == wmsp.Play:
			f.play(c, r)
			return
		case r.Pragma.ClientGUID != "":
			f.describe(c)
		default:
			fmt.Fprintf(c, "HTTP/1.0 200 OK\r\n\r\n")
			f.packets(func(p []byte) error { _, err := c.Write(p[wmsp.DataHeadSize:]); return err })
			return
		}
	}
}

func (f *fake) describe(c net.Conn) {
	if f.status != 0 {
		fmt.Fprintf(c, "HTTP/1.1 %d Busy\r\nContent-Length: 0\r\n\r\n", f.status)
		return
	}
	h := wmsp.AppendMetadata(nil, 0, []byte("playlist-gen-id=1\x00"))
	h = wmsp.AppendHeader(h, 0, fakeHeader())
	fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nPragma: client-id=77, pipeline-experiment=1\r\nContent-Length: %d\r\n\r\n%s", len(h), h)
}

func fakeHeader() []byte {
	h := asf.Header{Reserved1: 1, Reserved2: 2, Objects: []asf.Object{
		&asf.StreamProperties{Type: asf.StreamTypeVideo, ErrorCorrectionType: asf.NoErrorCorrection, Flags: 1},
		&asf.StreamProperties{Type: asf.StreamTypeAudio, ErrorCorrectionType: asf.NoErrorCorrection, Flags: 12},
	}}
	return h.Append(nil)
}

func (f *fake) pipeline(c net.Conn, nth int) {
	if nth == 1 {
		fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n%s\r\n", wmsp.AppendT(nil))
		return
	}
	result := 1
	if f.noPipeline {
		result = 0
	}
	fmt.Fprintf(c, "0\r\n\r\nHTTP/1.1 204 No Content\r\nPragma: pipeline-result=%d\r\n\r\n", result)
}

// play streams, if the request is what a player sends.
func (f *fake) play(c net.Conn, r *wmsp.Request) {
	if r.Pragma.ClientID != 77 || r.Pragma.SwitchEntry != "ffff:1:0 ffff:c:0" {
		fmt.Fprintf(c, "HTTP/1.1 400 Bad Play\r\n\r\n")
		return
	}
	send := func(p []byte) error { _, err := c.Write(p); return err }
	coding := ""
	if r.Pragma.Version11 {
		coding = "Transfer-Encoding: chunked\r\n"
		send = func(p []byte) error { _, err := fmt.Fprintf(c, "%x\r\n%s\r\n", len(p), p); return err }
	}
	fmt.Fprintf(c, "HTTP/1.1 200 OK\r\n%s\r\n", coding)
	if send(wmsp.AppendHeader(nil, 0, fakeHeader())) != nil {
		return
	}
	if f.packets(send) == nil && send(wmsp.AppendE(nil, wmsp.ReasonDone)) == nil {
		io.Copy(io.Discard, c) // the player has to leave by itself
	}
}

// packets sends $D packets, evenly spaced.
func (f *fake) packets(send func([]byte) error) error {
	for i := 0; f.last == 0 || i < f.last; i++ {
		if i > 0 {
			f.sleep(fakeEvery)
		}
		if f.stallAt > 0 && i == f.stallAt {
			if f.stallFor == 0 {
				for send(nil) == nil { // until the player has gone
					time.Sleep(time.Second)
				}
				return net.ErrClosed
			}
			time.Sleep(f.stallFor)
		}
		if f.lose > 0 && i == f.lose {
			continue
		}
		if err := send(f.packet(i)); err != nil {
			return err
		}
		if f.reached != nil && i+1 == f.sent {
			f.reached()
		}
	}
	return nil
}

func (f *fake) packet(i int) []byte {
	if f.rtsp != nil {
		return f.frame(i)
	}
	if f.mms != nil {
		return f.dataPacket(i)
	}
	if f.garbageAt > 0 && i == f.garbageAt {
		return []byte("no packet begins so")
	}
	seq := f.startSeq + byte(i)
	if f.constantSeq {
		seq = 0
	}
	p := wmsp.AppendD(nil, false, uint32(i), 0, seq, fakePacket)
	if f.brokenSize {
		p[wmsp.DataHeadSize-2]++
	}
	return append(p, make([]byte, fakePacket)...)
}
