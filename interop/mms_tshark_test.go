package interop

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"caracal/mms"
)

// Whole sessions, to Wireshark's dissector, which nobody here wrote: it knows
// every message and every packet in both directions, finds nothing wrong, and
// the messages are in the order of the specification's section 4.
func TestMMSSessionsJudgedByTshark(t *testing.T) {
	s := serveWith(t, mmsPaced, clip(t, ""))
	_, port, err := net.SplitHostPort(s.mms)
	if err != nil {
		t.Fatal(err)
	}
	type seen struct {
		name, want string
		whole, udp bool
	}
	var mu sync.Mutex
	ports := map[uint16]seen{}
	stop := record(t, "port "+port)
	t.Run("players", func(t *testing.T) {
		for _, tt := range mmsSessions {
			for _, scheme := range []string{"mmst", "mmsu"} {
				t.Run(scheme+" "+tt.name, func(t *testing.T) {
					t.Parallel()
					v := seen{tt.name + " over " + scheme, tt.tcp, tt.whole, scheme == "mmsu"}
					if v.udp && tt.overUDP != "" {
						v.want = tt.overUDP
					}
					p := watch(t, tt.client, s.mmsURL(scheme, plain), tt.do)
					mu.Lock()
					defer mu.Unlock()
					ports[p.port] = v
				})
			}
		}
	})
	talks := judged(t, captured(t, stop(), port))
	if len(talks) != 2*len(mmsSessions) {
		t.Errorf("%d sessions were captured", len(talks))
	}
	for _, d := range talks {
		v := ports[d.port]
		if got := d.String(); got != v.want {
			t.Errorf("%s:\n%s\nwant\n%s", v.name, got, v.want)
		}
		if (d.udp != 0) != v.udp {
			t.Errorf("%s: port %d", v.name, d.udp)
		}
		sameBytes(t, d.payloads(headerData), readReference(t, plain).header)
		if v.whole {
			sameBytes(t, d.payloads(mediaData), readReference(t, plain).packets)
		}
		if strings.Contains(v.name, "4.4 ") {
			judgePairs(t, d)
		}
		if v.udp {
			judgeDatagrams(t, d, v.whole)
		}
	}
}

// judgeDatagrams wants all data packets of a session to come over UDP, numbered
// without a gap, and again only if they were asked for and as they were. When
// whole, some must have been.
func judgeDatagrams(t *testing.T, d talk, whole bool) {
	t.Helper()
	var sent [][]byte
	var asked []uint32
	copies := 0
	for i, it := range d.items {
		switch {
		case d.kinds[i] == again:
			asked = append(asked, d.resendList(t, i)...)
		case d.kinds[i] == headerData && !it.udp:
			t.Errorf("%v of the header came over TCP", it)
		case d.kinds[i] != mediaData:
		case !it.udp:
			t.Errorf("%v came over TCP", it)
		case it.bytes[5] == byte(len(sent)) && !slices.ContainsFunc(sent, same(it.bytes)):
			sent = append(sent, it.bytes)
		default:
			copies++
			if n := slices.IndexFunc(sent, same(it.bytes)); n < 0 || !slices.Contains(asked, uint32(n)) {
				t.Errorf("%v is neither the next packet nor one that was asked for: %x", it, it.bytes[:8])
			}
		}
	}
	if whole && (copies == 0 || len(asked) == 0) {
		t.Errorf("%d packets, %d asked for and %d sent again", len(sent), len(asked), copies)
	}
}

// judgePairs wants the packets of a packet pair to have their sizes, [MS-MMSP]
// 3.2.5.4 and 3.2.5.8, for it is their time that is measured.
func judgePairs(t *testing.T, d talk) {
	t.Helper()
	kind, want := "ReportFunnelInfo", []int{512, 512, 1056}
	if d.udp != 0 {
		kind, want = pairData, []int{1472, 1472}
	}
	var got []int
	for i, it := range d.items {
		if d.kinds[i] == kind {
			got = append(got, len(it.bytes))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("port %d: a packet pair of %d bytes, want %d", d.port, got, want)
	}
}

func same(b []byte) func([]byte) bool {
	return func(other []byte) bool { return string(b) == string(other) }
}

// resendList is what a RequestPacketListResend asks for: with the Client-ID that
// ReportFunnelInfo told, [MS-MMSP] 2.2.5.
func (d talk) resendList(t *testing.T, i int) (list []uint32) {
	t.Helper()
	const clientID, packets = 10, 11 // of talkFields
	told := slices.Index(d.kinds, "ReportFunnelInfo")
	if told < 0 || d.fields[i][clientID] != fmt.Sprintf("0x%08x", binary.LittleEndian.Uint32(d.items[told].bytes[60:])) {
		t.Errorf("%v does not have the Client-ID: %q", d.items[i], d.fields[i])
		return nil
	}
	for _, one := range strings.Split(d.fields[i][packets], ",") {
		list = append(list, uint32(atoi(t, one)))
	}
	b := d.items[i].bytes
	if n := int(binary.LittleEndian.Uint16(b[10:])); n != len(list) || n > 32 || len(b) != 12+4*n {
		t.Errorf("%v asks for %d packets and lists %d", d.items[i], n, len(list))
	}
	return list
}

// What the players say from their first message to their last, and what they
// get; each is led by the server's answers alone.
func TestMMSPlayersJudgedByTshark(t *testing.T) {
	const short = "Connect ReportConnectedEX " + talkOpens + talkReads + talkSelects + talkPlays
	whole := readReference(t, plain).bytes()
	for _, tt := range []struct {
		name, scheme, config, want string
		play                       func(t *testing.T, url string)
	}{
		{"libmms", "mmst", mmsFast, short + "ReportEndOfStream",
			func(t *testing.T, url string) { sameBytes(t, mmsDump(t, url), whole) }},
		{"FFmpeg", "mmst", mmsFast, talkBegins + "ReportEndOfStream packets CloseFile", // see mms/quirk.go
			func(t *testing.T, url string) { frames(t, "-i", url) }},
		{"MPlayer", "mmst", mmsFast, short + "ReportEndOfStream",
			func(t *testing.T, url string) { mplayerDump(t, url) }},
		{"VLC over TCP", "mmst", mmsFast, short + "ReportEndOfStream CloseFile",
			func(t *testing.T, url string) { sameBytes(t, vlcDump(t, url), whole) }},
		{"VLC over UDP", "mmsu", mmsPaced, short + "ReportEndOfStream CloseFile",
			func(t *testing.T, url string) { sameBytes(t, vlcDump(t, url), whole) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.scheme == "mmsu" {
				alone(t)
			}
			s := serveWith(t, tt.config, clip(t, ""))
			_, port, err := net.SplitHostPort(s.mms)
			if err != nil {
				t.Fatal(err)
			}
			stop := record(t, "port "+port)
			tt.play(t, s.mmsURL(tt.scheme, plain))
			talks := judged(t, captured(t, stop(), port))
			if len(talks) != 1 {
				t.Fatalf("%d sessions", len(talks))
			}
			if got := talks[0].String(); got != tt.want {
				t.Errorf("%s\nwant\n%s", got, tt.want)
			}
			if tt.scheme == "mmsu" {
				judgeDatagrams(t, talks[0], false)
				if talks[0].udp != vlcPort {
					t.Errorf("VLC has packets sent to port %d", talks[0].udp)
				}
			}
			if got, want := talks[0].payloads(mediaData), readReference(t, plain).packets; !bytes.HasPrefix(got, want) {
				t.Errorf("%d bytes of packets do not begin with the clip's %d", len(got), len(want))
			}
		})
	}
}

// Where there is no UDP, players that ask for it get TCP. The specification has
// them ask again, 3.1.5.5, as our Client does. VLC does not: with mmsu:// it gives
// up when it is refused, so it is told yes and finds its packets in TCP, where it
// looks as well. With mms:// it never asks for UDP if it gets TCP.
func TestMMSWithoutUDP(t *testing.T) {
	alone(t)
	s := serveWith(t, "rtsp: {address: off}\nmms: {address: \"127.0.0.1:0\", udp: false}\n"+fast, clip(t, ""))
	_, port, err := net.SplitHostPort(s.mms)
	if err != nil {
		t.Fatal(err)
	}
	stop := record(t, "port "+port)
	want := readReference(t, plain)
	sameBytes(t, vlcDump(t, s.mmsURL("mmsu", plain)), want.bytes())
	sameBytes(t, vlcDump(t, s.mmsURL("mms", plain)), want.bytes())
	watch(t, mms.Client{UDP: true, Either: true}, s.mmsURL("mms", plain), func(p *mmsPlayer) { p.toTheEnd() })
	const short = "Connect ReportConnectedEX " + talkOpens + talkReads + talkSelects + talkPlays + "ReportEndOfStream CloseFile"
	sequences := []string{short, short, talkConnects + "ConnectFunnel ReportDisconnectedFunnel " +
		talkOpens + talkReads + talkSelects + talkPlays + talkEnds + talkCloses}
	var got []string
	for _, d := range judged(t, captured(t, stop(), port)) {
		got = append(got, d.String())
		sameBytes(t, d.payloads(mediaData), want.packets)
	}
	if !slices.Equal(got, sequences) {
		t.Errorf("%q\nwant\n%q", got, sequences)
	}
}
