package rtsp

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/pion/rtp"

	"caracal/asf"
	"caracal/internal/sample"
	"caracal/internal/vector"
)

func vectorForm(v vector.Vector) PayloadForm {
	if v["form"] == "explicit" {
		return FormExplicit
	}
	return FormStandard
}

func vectorFraming(t *testing.T, v vector.Vector) Framing {
	return Framing{PayloadType: 96, SSRC: 0xCAFE0001, Size: v.Number(t, "size"), Location: v["location"] != ""}
}

// frame makes all RTP packets of an ASF packet, each in a slice of its own.
func frame(t testing.TB, f *Framing, u Unit, pkt []byte, form PayloadForm, last, location uint32, seq uint16) [][]byte {
	t.Helper()
	if err := u.Read(pkt, form, last); err != nil {
		t.Fatal(err)
	}
	var out [][]byte
	for i := range f.Fragments(&u) {
		g := f.Fragment(nil, &u, location, seq+uint16(i), i)
		if len(g.Head) > MaxFragmentHead {
			t.Errorf("head of %d bytes", len(g.Head))
		}
		out = append(out, append(g.Head, g.Body...))
	}
	return out
}

func describeReceived(r Received) string {
	s := fmt.Sprintf("send=%d", r.SendTime)
	if r.HasLocation {
		s += fmt.Sprintf(" location=%d", r.Location)
	}
	if r.Key {
		s += " key"
	}
	return s
}

// join parses RTP packets with pion's parser and puts the ASF packets together.
func join(t testing.TB, j *Joiner, packets [][]byte) (got []Received) {
	t.Helper()
	for _, b := range packets {
		var p rtp.Packet
		if err := p.Unmarshal(b); err != nil {
			t.Fatal(err)
		}
		err := j.Add(&p, func(r Received) error {
			r.Data = bytes.Clone(r.Data)
			got = append(got, r)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return got
}

func TestFramingVectors(t *testing.T) {
	for _, v := range vector.Read(t, "payload_packets.txt") {
		t.Run(v["name"], func(t *testing.T) {
			f := vectorFraming(t, v)
			got := frame(t, &f, Unit{PacketSize: v.Number(t, "packetsize")}, v.Bytes(t, "asf"), vectorForm(v), uint32(v.Number(t, "last")), uint32(v.Number(t, "location")), 65534)
			lines := strings.Split(v["rtp"], "\n")
			if len(got) != len(lines) {
				t.Fatalf("%d RTP packets, want %d", len(got), len(lines))
			}
			for i, line := range lines {
				if want := vector.Hex(t, line); !bytes.Equal(got[i], want) {
					t.Errorf("packet %d\n%x, want\n%x", i, got[i], want)
				}
			}
			var j Joiner
			back := join(t, &j, got)
			if len(back) != 1 || j.Lost != 0 {
				t.Fatalf("joined to %d packets, %d lost", len(back), j.Lost)
			}
			words, data := splitJoined(v["joined"])
			if s := describeReceived(back[0]); s != words {
				t.Errorf("received %s, want %s", s, words)
			}
			if want := vector.Hex(t, data); !bytes.Equal(back[0].Data, want) {
				t.Errorf("received\n%x, want\n%x", back[0].Data, want)
			}
		})
	}
}

// splitJoined separates the words of a "joined:" line from its bytes.
func splitJoined(s string) (words, data string) {
	fields := strings.Fields(s)
	n := 0
	for n < len(fields) && (strings.Contains(fields[n], "=") || fields[n] == "key") {
		n++
	}
	return strings.Join(fields[:n], " "), strings.Join(fields[n:], " ")
}

// samplePackets are the ASF packets of the welcome clip.
func samplePackets(t testing.TB) [][]byte {
	t.Helper()
	r, err := asf.NewReader(bytes.NewReader(sample.Welcome), int64(len(sample.Welcome)))
	if err != nil {
		t.Fatal(err)
	}
	all := make([][]byte, r.NumPackets())
	for i := range all {
		all[i] = make([]byte, r.PacketSize())
		if _, err := r.ReadPackets(all[i], int64(i)); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// stripped is what a client has to receive of an ASF packet.
func stripped(t testing.TB, pkt []byte, form PayloadForm) []byte {
	t.Helper()
	var p asf.Packet
	if err := asf.ParsePacket(pkt, &p); err != nil {
		t.Fatal(err)
	}
	if form == FormStandard {
		p.Padding, p.PaddingLength = nil, 0
	} else if len(p.Padding) > 0 {
		p.Trim(true)
	}
	return p.Append(nil)
}

// Of every Blocksize, no RTP packet is larger than it, and what is put together
// is the clip.
func TestFramingOfClip(t *testing.T) {
	packets := samplePackets(t)
	for _, size := range []int{0, MinBlocksize, 129, 500, 1000, 1452, 1456, 8000, 65507} {
		for _, form := range []PayloadForm{FormStandard, FormExplicit} {
			for _, location := range []bool{false, true} {
				f := Framing{PayloadType: 97, SSRC: 5, Size: size, Location: location}
				checkFraming(t, &f, packets, form)
			}
		}
	}
}

func checkFraming(t *testing.T, f *Framing, packets [][]byte, form PayloadForm) {
	t.Helper()
	var j Joiner
	seq := uint16(65500)
	for i, pkt := range packets {
		out := frame(t, f, Unit{PacketSize: len(pkt)}, pkt, form, 0, uint32(i), seq)
		seq += uint16(len(out))
		for _, b := range out {
			if len(b) > max(f.Size, MinBlocksize) {
				t.Fatalf("%+v: RTP packet of %d bytes", f, len(b))
			}
		}
		got := join(t, &j, out)
		if len(got) != 1 || !bytes.Equal(got[0].Data, stripped(t, pkt, form)) {
			t.Fatalf("%+v: ASF packet %d became %d packets", f, i, len(got))
		}
		if got[0].HasLocation != f.Location || f.Location && got[0].Location != uint32(i) {
			t.Fatalf("%+v: LocationId %d of packet %d", f, got[0].Location, i)
		}
	}
	if j.Lost != 0 {
		t.Errorf("%+v: %d lost", f, j.Lost)
	}
}

func TestUnitRefuses(t *testing.T) {
	var u Unit
	for name, pkt := range map[string][]byte{
		"nothing":        nil,
		"half a head":    {0x82, 0, 0, 9, 0x5D},
		"more than fits": append([]byte{0x82, 0, 0, 0, 0x5D, 1, 0, 0, 0, 1, 0, 1, 1}, make([]byte, MaxASFPacket)...),
	} {
		if err := u.Read(pkt, FormStandard, 0); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// sendClip is a server's work on every packet, without the sockets.
func sendClip(t testing.TB, packets [][]byte, f *Framing, form PayloadForm) func() {
	var u Unit
	buf := make([]byte, 0, MaxFragmentHead)
	var seq uint16
	return func() {
		for n, pkt := range packets {
			if err := u.Read(pkt, form, u.SendTime); err != nil {
				t.Fatal(err)
			}
			for i := range f.Fragments(&u) {
				f.Fragment(buf, &u, uint32(n), seq, i)
				seq++
			}
		}
	}
}

func TestFramingAllocatesNothing(t *testing.T) {
	packets := samplePackets(t)
	for _, form := range []PayloadForm{FormStandard, FormExplicit} {
		f := Framing{PayloadType: 96, Size: 1000, Location: true}
		if n := testing.AllocsPerRun(5, sendClip(t, packets, &f, form)); n != 0 {
			t.Errorf("form %d: %v allocations", form, n)
		}
	}
}

func BenchmarkFraming(b *testing.B) {
	packets := samplePackets(b)
	for _, size := range []int{1452, 65000} {
		f := Framing{PayloadType: 96, Size: size}
		send := sendClip(b, packets, &f, FormStandard)
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(packets) * len(packets[0])))
			for b.Loop() {
				send()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(packets)), "ns/packet")
		})
	}
}
