package interop

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"caracal/mms"
)

// mmsPlayer drives a Client as a person drives Windows Media Player.
type mmsPlayer struct {
	t      *testing.T
	ctx    context.Context
	stream *mms.Stream
	port   uint16 // of its connection
}

func (p *mmsPlayer) check(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *mmsPlayer) packets(n int) {
	p.t.Helper()
	for n > 0 {
		e, err := p.stream.Next()
		p.check(err)
		if e.Kind == mms.GotPacket {
			n--
		}
	}
}

// filtered waits for a packet that is not as it is in the clip.
func (p *mmsPlayer) filtered() {
	p.t.Helper()
	r := readReference(p.t, plain)
	for {
		e, err := p.stream.Next()
		p.check(err)
		if at := int(e.Packet) * r.packetSize; e.Kind == mms.GotPacket && string(e.Data) != string(r.packets[at:at+r.packetSize]) {
			return
		}
	}
}

// play stops, takes what has come, and plays again.
func (p *mmsPlayer) play(opt mms.PlayOptions) {
	p.t.Helper()
	p.check(p.stream.Stop(p.ctx))
	for p.stream.Waiting() > 0 {
		_, err := p.stream.Next()
		p.check(err)
	}
	opt.Streams = p.stream.Description().Selection(nil)
	p.check(p.stream.Play(p.ctx, opt))
}

// toTheEnd wants every packet of the clip, in order.
func (p *mmsPlayer) toTheEnd() {
	p.t.Helper()
	var got []byte
	for {
		e, err := p.stream.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		p.check(err)
		got = append(got, e.Data...)
	}
	sameBytes(p.t, got, readReference(p.t, plain).packets)
}

// watch plays with a Client, of which every twentieth datagram is lost, does
// what is to be done and closes the session. It returns the ports.
func watch(t *testing.T, client mms.Client, url string, do func(p *mmsPlayer)) *mmsPlayer {
	t.Helper()
	p := &mmsPlayer{t: t}
	client.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		var d net.Dialer
		conn, err := d.DialContext(ctx, network, address)
		if err == nil {
			p.port = uint16(conn.LocalAddr().(*net.TCPAddr).Port)
		}
		return conn, err
	}
	client.Listen = func(ctx context.Context, network, address string) (net.PacketConn, error) {
		var l net.ListenConfig
		conn, err := l.ListenPacket(ctx, network, address)
		return &lossy{PacketConn: conn}, err
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	p.ctx = ctx
	var err error
	p.stream, err = client.Play(ctx, url, mms.PlayOptions{})
	p.check(err)
	defer p.stream.Close()
	do(p)
	p.check(p.stream.Teardown(ctx))
	return p
}
