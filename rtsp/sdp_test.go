package rtsp

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"github.com/pion/sdp/v3"

	"caracal/asf"
	"caracal/internal/sample"
	"caracal/internal/vector"
)

func sdpFacts(s *SDP) map[string]string {
	var media []string
	rtx := 0
	for i := range s.Media {
		m := &s.Media[i]
		text := fmt.Sprintf("%s %d %s %s %d AS=%d AV=%d", m.Media, m.PayloadType, m.Format, m.Control, m.Stream, m.Rate, m.Average)
		if m.Reliable {
			text += " reliable"
		}
		if f := m.FEC; f != nil {
			text += fmt.Sprintf(" fec=%d %s %d %d", f.PayloadType, f.Control, f.Span, f.PerSpan)
		}
		if m.RTX() {
			rtx++
		}
		media = append(media, text)
	}
	facts := map[string]string{
		"id": strconv.FormatUint(s.ID, 10), "address": s.Address.String(), "title": s.Title, "control": s.Control, "etag": s.ETag,
		"rate": FormatNumber(s.Rate), "maxps": FormatNumber(s.MaxPacketSize), "properties": s.Properties.String(),
		"description": strconv.Quote(string(s.ContentDescription)), "header": hex.EncodeToString(s.Header),
		"media": strings.Join(media, "|"), "rtx": strconv.Itoa(rtx), "range": "",
		"url": ResolveControl(s.Control, s.Media[len(s.Media)-1].Control),
	}
	if s.Range != nil {
		facts["range"] = s.Range.String()
	}
	return facts
}

func TestParseSDP(t *testing.T) {
	for _, file := range vector.Texts(t, "sdp") {
		t.Run(file.Name, func(t *testing.T) {
			s, err := ParseSDP([]byte(file.Text))
			if err != nil {
				t.Fatal(err)
			}
			file.Check(t, sdpFacts(s))
			again, err := ParseSDP(s.Append(nil))
			if err != nil {
				t.Fatal(err)
			}
			file.Check(t, sdpFacts(again))
		})
	}
}

func TestParseSDPErrors(t *testing.T) {
	const begin = "v=0\r\n"
	header := attributeData + headerData
	tests := []struct {
		name, in string
		err      error
		offset   int
	}{
		{"empty", "", ErrInvalid, 0},
		{"another language", "<html>", ErrInvalid, 0},
		{"media without a format", begin + "m=audio 0 RTP/AVP\r\n", ErrInvalid, 5},
		{"payload type of 8 bits", begin + "m=audio 0 RTP/AVP 128\r\n", ErrInvalid, 5},
		{"header that is not base64", begin + "s=a\r\n" + header + "!\r\n", ErrInvalid, 10},
		{"too many media", begin + strings.Repeat("m=audio 0 RTP/AVP 96\r\n", MaxSDPMedia+1), ErrLimit, 5 + 22*MaxSDPMedia},
		{"header too large", begin + header + strings.Repeat("A", MaxSDPHeader/3*4+8), ErrLimit, 5},
		{"too large", begin + strings.Repeat("\n", MaxResponseBody), ErrLimit, 0},
	}
	for _, test := range tests {
		_, err := ParseSDP([]byte(test.in))
		var parse *ParseError
		if !errors.As(err, &parse) || !errors.Is(err, test.err) || parse.Offset != test.offset {
			t.Errorf("%s: %v, want %v at %d", test.name, err, test.err, test.offset)
		}
	}
}

// The parser of another hand, which is strict about the order of lines, has to
// take what is written here. It does not take what Windows Media Services
// writes: that is why this package has a parser of its own.
func TestSDPForStrictParser(t *testing.T) {
	for _, file := range vector.Texts(t, "sdp") {
		s, err := ParseSDP([]byte(file.Text))
		if err != nil {
			t.Fatal(err)
		}
		var strict sdp.SessionDescription
		if err := strict.Unmarshal(s.Append(nil)); err != nil {
			t.Errorf("%s: %v", file.Name, err)
		}
		if len(strict.MediaDescriptions) != len(s.Media) {
			t.Errorf("%s: %d media descriptions", file.Name, len(strict.MediaDescriptions))
		}
		if err := strict.Unmarshal([]byte(file.Text)); strings.Contains(file.Text, "a=maxps:1") && err == nil {
			t.Errorf("%s: a=maxps before t= is taken", file.Name)
		}
	}
}

// sampleHeader is the clip's header and its bytes up to the first packet.
func sampleHeader(t testing.TB) (*asf.Header, []byte) {
	t.Helper()
	file := sample.Welcome
	h, n, err := asf.ParseHeader(file)
	if err != nil {
		t.Fatal(err)
	}
	return h, file[:n+asf.DataHeadSize]
}

func TestDescribeASF(t *testing.T) {
	h, header := sampleHeader(t)
	s := DescribeASF(h, header)
	s.ID, s.Address = 7, netip.MustParseAddr("192.0.2.1")
	s.Control = "rtsp://h/welcome.wmv"
	s.Range = &Range{HasFrom: true, From: 0, HasTo: true, To: 10_500}
	s.Properties = PropertyPlaylist | PropertyLastEntry
	s.ContentDescription = []byte("8,language,31,0,,5,title,31,6,ä b%\r\n")
	s.AddRTX()
	s.AddFEC(24, 2)
	got := string(s.Append(nil))
	for _, want := range []string{
		"v=0\r\no=- 7 7 IN IP4 192.0.2.1\r\ns=",
		"c=IN IP4 0.0.0.0\r\n",
		"t=0 0\r\na=maxps:" + FormatNumber(h.File().MaxPacketSize) + "\r\na=control:rtsp://h/welcome.wmv\r\na=range:npt=0.000-10.500\r\n",
		"a=type:lastentry,playlist\r\na=recvonly\r\n",
		"a=pgmpu:data:application/x-wms-contentdesc,8,language,31,0,,5,title,31,6,%C3%A4%20b%25%0D%0A\r\n",
		"a=rtpmap:96 x-wms-rtx/1000\r\na=control:rtx\r\na=stream:65536\r\n",
		"a=rtpmap:98 x-wms-fec/1000\r\na=fmtp:98 audio/fec 24 2\r\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	again, err := ParseSDP([]byte(got))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again.Header, header) || !bytes.Equal(again.ContentDescription, s.ContentDescription) {
		t.Error("the data URLs lost something")
	}
	if a, b := fmt.Sprint(sdpFacts(again)), fmt.Sprint(sdpFacts(s)); a != b {
		t.Errorf("%s became %s", b, a)
	}
	if len(s.Media) != len(h.Streams())+1 || s.Media[1].Stream != RTXStream {
		t.Errorf("media: %+v", s.Media)
	}
}

func TestDescribeASFRates(t *testing.T) {
	properties := func(n uint16, kind asf.GUID) *asf.StreamProperties {
		return &asf.StreamProperties{Type: kind, Flags: n}
	}
	h := &asf.Header{Objects: []asf.Object{
		&asf.FileProperties{MinPacketSize: 1400, MaxPacketSize: 1400},
		&asf.ContentDescription{Title: asf.NewText("a\r\nb=x")},
		&asf.StreamBitrateProperties{Rates: []asf.StreamRate{{Flags: 1, BitRate: 64_001}, {Flags: 2, BitRate: 300_000}, {Flags: 3, BitRate: 600_000}}},
		asf.NewHeaderExtension(
			&asf.ExtendedStreamProperties{StreamNumber: 2, DataBitRate: 250_000, AltDataBitRate: 400_000, Flags: asf.StreamReliable},
			&asf.ExtendedStreamProperties{StreamNumber: 3, DataBitRate: 700_000},
		),
		properties(1, asf.StreamTypeAudio), properties(2, asf.StreamTypeVideo), properties(3, asf.StreamTypeVideo),
		properties(4, asf.StreamTypeCommand),
	}}
	s := DescribeASF(h, nil)
	const want = "audio 96 x-asf-pf audio 1 AS=65 AV=0|video 96 x-asf-pf stream=2 2 AS=400 AV=250 reliable|" +
		"video 96 x-asf-pf stream=3 3 AS=600 AV=0|application 96 x-asf-pf stream=4 4 AS=0 AV=0"
	if got := sdpFacts(s); got["media"] != want || got["rate"] != "1065" || s.Title != "a  b=x" {
		t.Errorf("title %q, rate %s, media\n%s, want\n%s", s.Title, got["rate"], got["media"], want)
	}
	s.Address = netip.MustParseAddr("fe80::1%eth0")
	if text := string(s.Append(nil)); !strings.Contains(text, "o=- 0 0 IN IP6 fe80::1\r\n") || !strings.Contains(text, "c=IN IP6 ::\r\n") {
		t.Errorf("for IPv6:\n%s", text)
	}
	s.AddFEC(4, 1)
	if s.Media[0].FEC == nil || s.Media[1].FEC != nil {
		t.Error("FEC goes with streams that are not reliable")
	}
}

func TestResolveControl(t *testing.T) {
	tests := []struct{ base, control, want string }{
		{"rtsp://h/a/", "audio", "rtsp://h/a/audio"},
		{"rtsp://h/a", "audio", "rtsp://h/a/audio"},
		{"rtsp://h/a", "/audio", "rtsp://h/a/audio"},
		{"rtsp://h/a?b", "rtx", "rtsp://h/a/rtx?b"},
		{"rtsp://h/a", "rtsp://i/b", "rtsp://i/b"},
		{"rtsp://h/a", "*", "rtsp://h/a"},
		{"rtsp://h/a", "", "rtsp://h/a"},
	}
	for _, test := range tests {
		if got := ResolveControl(test.base, test.control); got != test.want {
			t.Errorf("%s and %s: %s, want %s", test.base, test.control, got, test.want)
		}
	}
}

func FuzzParseSDP(f *testing.F) {
	for _, file := range vector.Texts(f, "sdp") {
		f.Add([]byte(file.Text))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := ParseSDP(b)
		if err != nil {
			return
		}
		once := s.Append(nil)
		s, err = ParseSDP(once)
		if err != nil {
			t.Fatalf("%q: %v", once, err)
		}
		if twice := s.Append(nil); !bytes.Equal(once, twice) {
			t.Fatalf("%q became %q", once, twice)
		}
	})
}
