package server

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"caracal/asf"
	"caracal/internal/config"
	"caracal/internal/pull"
	"caracal/internal/sample"
	"caracal/internal/source"
)

// scriptTexts are the script commands in the clip that scripted makes.
var scriptTexts = []string{"URL http://host/1", "TEXT two", "CAPTION drei \u00e9"}

// scripted makes a file of the sample with commands in its header, and a script
// command stream with the same ones among the packets.
func scripted(t *testing.T) string {
	t.Helper()
	r, err := asf.NewReader(bytes.NewReader(sample.Welcome), int64(len(sample.Welcome)))
	if err != nil {
		t.Fatal(err)
	}
	h, _, err := asf.ParseHeader(sample.Welcome)
	if err != nil {
		t.Fatal(err)
	}
	stream := h.AddCommandStream()
	inHeader := &asf.ScriptCommand{Reserved: asf.ReservedScriptCommand}
	for i, text := range scriptTexts {
		kind, param, _ := strings.Cut(text, " ")
		inHeader.Types = append(inHeader.Types, asf.NewText(kind))
		inHeader.Commands = append(inHeader.Commands, asf.ScriptCommandEntry{
			PresentationTime: uint32(500 * i), Type: uint16(i), Name: asf.NewText(param),
		})
	}
	h.Objects = append(h.Objects, inHeader)
	file, err := os.Create(filepath.Join(t.TempDir(), "scripted.wmv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w, err := asf.NewWriter(file, h.Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	preroll := uint32(h.File().Preroll)
	every := r.NumPackets() / int64(len(scriptTexts))
	for n := range r.NumPackets() {
		pkt := sample.Welcome[r.DataOffset()+n*int64(r.PacketSize()):][:r.PacketSize()]
		if err := w.Add(pkt); err != nil {
			t.Fatal(err)
		}
		if i := int(n / every); n%every == 0 && i < len(scriptTexts) {
			send, err := asf.SendTime(pkt)
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Add(scriptPacket(t, stream, uint32(i), send+preroll, int(h.File().MaxPacketSize), preroll, scriptTexts[i])); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Name()
}

func scriptPacket(t *testing.T, stream uint8, number, at uint32, size int, preroll uint32, text string) (pkt []byte) {
	t.Helper()
	var data []byte
	for _, u := range utf16.Encode([]rune(strings.Replace(text, " ", "\x00", 1) + "\x00")) {
		data = binary.LittleEndian.AppendUint16(data, u)
	}
	p, err := asf.NewPacketizer(asf.PacketizerOptions{PacketSize: size, Preroll: preroll})
	if err != nil {
		t.Fatal(err)
	}
	emit := func(b []byte) error { pkt = bytes.Clone(b); return nil }
	o := asf.MediaObject{Stream: stream, Number: number, Time: at, Key: true, Data: data}
	if err := errors.Join(p.Add(o, emit), p.Flush(emit)); err != nil {
		t.Fatal(err)
	}
	return pkt
}

// scriptsIn reads script commands out of a packet, "URL http://host/" each.
func scriptsIn(t *testing.T, stream uint8, pkt []byte, size int) (list []string) {
	t.Helper()
	full, err := asf.AppendPadded(nil, pkt, size)
	if err != nil {
		t.Fatal(err)
	}
	var p asf.Packet
	if err := asf.ParsePacket(full, &p); err != nil {
		t.Fatal(err)
	}
	for it := p.Payloads(); it.Next(); {
		if it.Payload.Stream != stream {
			continue
		}
		var units []uint16
		for b := it.Payload.Data; len(b) >= 2; b = b[2:] {
			units = append(units, binary.LittleEndian.Uint16(b))
		}
		list = append(list, strings.Replace(strings.TrimRight(string(utf16.Decode(units)), "\x00"), "\x00", " ", 1))
	}
	return list
}

// listener is a player that says which script commands come.
type listener struct {
	source.Stream
	header *asf.Header
	packet int
}

func listen(t *testing.T, ctx context.Context, url string) *listener {
	t.Helper()
	p, err := source.NewPull(url)
	if err != nil {
		t.Fatal(err)
	}
	s, header, err := p.Open(ctx)
	if err != nil {
		t.Fatalf("%s: %v", url, err)
	}
	t.Cleanup(func() { s.Close() })
	h, _, err := asf.ParseHeader(header)
	if err != nil {
		t.Fatal(err)
	}
	if h.CommandStream() == 0 {
		t.Fatalf("%s: the header has no script command stream", url)
	}
	return &listener{s, h, int(h.File().MaxPacketSize)}
}

// until receives until a number of script commands have come, or the end.
func (l *listener) until(t *testing.T, n int) (list []string) {
	t.Helper()
	for len(list) < n {
		e, err := l.Receive()
		if err != nil {
			t.Fatalf("after %q: %v", list, err)
		}
		switch e.Kind {
		case pull.GotPacket:
			list = append(list, scriptsIn(t, l.header.CommandStream(), e.Data, l.packet)...)
		case pull.GotEnd:
			return list
		}
	}
	return list
}

// waysTo are the URLs of a name over all protocols.
func waysTo(s *Server, name string) map[string]string {
	return map[string]string{
		"http": "http://" + s.Addr().String() + "/" + name,
		"rtsp": "rtspt://" + s.rtsp.addr().String() + "/" + name,
		"udp":  "rtspu://" + s.rtsp.addr().String() + "/" + name,
		"mms":  "mmst://" + s.mms.addr().String() + "/" + name,
	}
}

func allProtocols(points ...config.Point) *config.Config {
	cfg := testConfig(points...)
	cfg.MMS.Address = "127.0.0.1:0"
	return cfg
}

// The script commands of a file come to players over every protocol: those in the
// header and those in the stream.
func TestScriptCommandsAreCarried(t *testing.T) {
	cfg := allProtocols(config.Point{Name: "film", Path: scripted(t)})
	cfg.Points[0].OnDemand.Speed = 8 // not so fast that the network loses any
	s, _ := start(t, cfg)
	for way, url := range waysTo(s, "film") {
		t.Run(way, func(t *testing.T) {
			l := listen(t, t.Context(), url)
			var inHeader []string
			for _, c := range l.header.ScriptCommands() {
				inHeader = append(inHeader, c.Type+" "+c.Value)
			}
			if !slices.Equal(inHeader, scriptTexts) {
				t.Errorf("the header has %q", inHeader)
			}
			if got := l.until(t, len(scriptTexts)); !slices.Equal(got, scriptTexts) {
				t.Errorf("the stream has %q", got)
			}
		})
	}
}

// What is ordered at the origin comes to its players, and over every protocol to
// those of a server that pulls from it; also where the content has no stream for it,
// if the point is to make one.
func TestScriptCommandsAreInjected(t *testing.T) {
	for _, content := range []struct {
		name, file string
		commands   bool
	}{{"with a stream", scripted(t), false}, {"without one", filepath.Join(films(t, "a.wmv"), "a.wmv"), true}} {
		t.Run(content.name, func(t *testing.T) {
			live := sourcePoint("live", "loop:"+content.file)
			live.Broadcast.Commands = content.commands
			origin, _ := start(t, allProtocols(live))
			plays(t, origin, "live", filepath.Base(content.file))
			var edges []config.Point
			for way, url := range waysTo(origin, "live") {
				edges = append(edges, sourcePoint(way, "pull:"+url))
			}
			edge, _ := start(t, allProtocols(edges...))
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			listeners := map[string]*listener{}
			for _, p := range edges {
				b, err := edge.broadcast(p.Name)
				if err != nil {
					t.Fatal(err)
				}
				reaches(t, b.Broadcast, 1, 0)
				for way, url := range waysTo(edge, p.Name) {
					listeners[p.Name+" and "+way] = listen(t, ctx, url)
				}
			}
			for way, url := range waysTo(origin, "live") {
				listeners[way] = listen(t, ctx, url)
			}
			want := "TEXT injected \u00e9"
			if status, a := order(t, origin, "POST", "/live/event", `{"type": "TEXT", "param": "injected é"}`); status != 200 {
				t.Fatalf("it is answered %d, %v", status, a)
			}
			for way, l := range listeners {
				for got := []string{""}; got[0] != want; {
					if got = l.until(t, 1); len(got) == 0 {
						t.Fatalf("%s: the end", way)
					}
				}
			}
		})
	}
}
