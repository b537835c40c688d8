package msb

import (
	"bytes"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"caracal/asf"
	"caracal/internal/sample"
	"caracal/internal/vector"
)

func TestTextVectors(t *testing.T) {
	for _, v := range vector.Read(t, "nsc_texts.txt") {
		t.Run(v["name"], func(t *testing.T) {
			want := v.Unquoted(t, "text")
			got, _, err := decodeText(v["value"])
			if wrong, bad := v["error"]; bad {
				if err == nil || err.Error() != wrong {
					t.Errorf("error %v, want %s", err, wrong)
				}
			} else if err != nil {
				t.Fatal(err)
			}
			if got != want {
				t.Errorf("%q, want %q", got, want)
			}
			if v["error"] != "" || v["only"] == "read" {
				return
			}
			if out := string(appendText(nil, want, false)); out != v["value"] {
				t.Errorf("written as %s", out)
			}
			if plain := string(appendText(nil, want, true)) == want; plain != (v["plain"] == "yes" || want == "") {
				t.Errorf("as it is: %t", plain)
			}
		})
	}
}

// Any character that is changed, cut off or doubled is seen.
func TestWrongChecksumIsSeen(t *testing.T) {
	whole := string(appendText(nil, "Grüße, 日本", false))
	for at := range whole[2:] {
		at += 2
		for _, c := range []byte("0Zz}") {
			wrong := []byte(whole)
			if wrong[at] == c || at == len(whole)-1 && inverseSixtyFour[c]>>2 == inverseSixtyFour[wrong[at]]>>2 {
				continue // the lowest bits of the last one are filling
			}
			wrong[at] = c
			if got, _, err := decodeText(string(wrong)); err == nil {
				t.Errorf("%s: %q", wrong, got)
			}
		}
		if got, _, err := decodeText(whole[:at]); err == nil && got != whole[:at] {
			t.Errorf("%s: %q", whole[:at], got)
		}
	}
}

func stationFile(v vector.Vector) []byte {
	return []byte(strings.ReplaceAll(v["line"], "\n", "\r\n") + "\r\n")
}

func TestStationVectors(t *testing.T) {
	for i, v := range vector.Read(t, "nsc_files.txt") {
		t.Run(v["name"], func(t *testing.T) {
			in := stationFile(v)
			s, err := ParseStation(in)
			if err != nil || len(s.Malformed) > 0 {
				t.Fatal(err, s.Malformed)
			}
			if out := s.Append(nil); !bytes.Equal(out, in) {
				t.Errorf("written as\n%s", out)
			}
			if problems := s.Check(); len(problems) > 0 {
				t.Error(problems)
			}
			group, err := s.Group()
			if want := netip.MustParseAddrPort("239.192.48.179:19009"); err != nil || group != want {
				t.Error(group, err)
			}
			if from, ok := s.Source(); !ok || from != netip.MustParseAddr("157.55.149.102") {
				t.Error(from, ok)
			}
			if s.Name != "MY_COMPUTER, bpp" || s.Version != "3.0" || s.Adapter != "157.55.149.102" || s.Plain != (i == 0) {
				t.Errorf("%+v", s)
			}
			numbers := []Number{s.TTL, s.ECC, s.Splitting, s.Caching, s.Expires, s.Buffer}
			for i, want := range []uint32{32, 10, 1, 1, 86400, 500} {
				if numbers[i] != SetNumber(want) {
					t.Errorf("number %d is %+v, want %d", i, numbers[i], want)
				}
			}
			f := s.Format(926)
			if f == nil || len(s.Formats) != 1 || f.Description != "Windows Media Audio Stream" || len(f.Header) != 80 {
				t.Errorf("%+v", s.Formats)
			}
		})
	}
}

// edited gives a file of nsc_files.txt with lines changed: old, new ...
func edited(t testing.TB, edits ...string) []byte {
	t.Helper()
	text := string(stationFile(vector.Read(t, "nsc_files.txt")[0]))
	for i := 0; i < len(edits); i += 2 {
		if !strings.Contains(text, edits[i]) {
			t.Fatalf("there is no %q", edits[i])
		}
		text = strings.Replace(text, edits[i], edits[i+1], 1)
	}
	return []byte(text)
}

// What real files and people do differently changes nothing.
func TestStationIsLenient(t *testing.T) {
	want, err := ParseStation(edited(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, in := range map[string][]byte{
		"LF":                 bytes.ReplaceAll(edited(t), []byte("\r\n"), []byte("\n")),
		"spaces":             edited(t, "IP Address=", " IP Address \t= ", "[Formats]", " [formats] "),
		"case":               edited(t, "IP Address=", "ip ADDRESS=", "Format1", "FORMAT1", "0x00004A41", "0X4a41"),
		"byte order mark":    append([]byte("\xEF\xBB\xBF"), edited(t)...),
		"decimal":            edited(t, "0x00004A41", "19009"),
		"empty values":       edited(t, "IP Port=", "Log URL=\r\nUnicast URL=020W0000000002000\r\nIP Port="),
		"no version":         edited(t, "NSC Format Version=3.0\r\n", "NSC Format Version = 3.0\r\n\r\n"),
		"numbers of formats": edited(t, "Format1=", "Format07=", "Description1", "Description7"),
		"no sections":        edited(t, "[Address]\r\n", "", "[Formats]\r\n", ""),
		"no end of line":     bytes.TrimSpace(edited(t)),
		"description first":  edited(t, "[Formats]\r\n", "[Formats]\r\nDescription1=Windows Media Audio Stream\r\n"),
		"zeros at the end":   append(edited(t), 0, 0, 0),
		"value in hexadecimal": edited(t, "IP Address=239.192.48.179", "IP Address=0101"+"00000000"+"0000001e"+
			"3200330039002e003100390032002e00340038002e003100370039000000"),
	} {
		got, err := ParseStation(in)
		if err != nil || len(got.Malformed) > 0 {
			t.Errorf("%s: %v, %v", name, err, got.Malformed)
			continue
		}
		got.Plain = want.Plain
		if !bytes.Equal(got.Append(nil), want.Append(nil)) {
			t.Errorf("%s:\n%s", name, got.Append(nil))
		}
	}
}

// What cannot be used is left out and named; the rest stays.
func TestStationMalformed(t *testing.T) {
	format := strings.Split(string(edited(t)), "\r\n")[13]
	for _, tt := range []struct {
		in     []byte
		fault  string
		err    error
		broken func(s *Station) bool
	}{
		{edited(t, "0x00004A41", "0xG"), "IP Port at offset 6", ErrInvalid, func(s *Station) bool { return !s.Port.Set }},
		{edited(t, "0x00004A41", "0x100000000"), "IP Port at offset 6", ErrInvalid, func(s *Station) bool { return !s.Port.Set }},
		{edited(t, "0x00004A41", ""), "IP Port at offset 6", ErrInvalid, func(s *Station) bool { return !s.Port.Set }},
		{edited(t, "MY_COMPUTER, bpp", "029W000000000YJG1P05y0Gm1F04q0K01L05G0HG1I02m0801Y0700S00000"), "Name at offset 2", ErrChecksum,
			func(s *Station) bool { return s.Name == "MY_COMPUTER, bpp" }},
		{edited(t, "MY_COMPUTER, bpp", "029W000000000YJG1P05y0Gm1F04q0K01L05G0HG1I02m0801Y0"), "Name at offset 2", ErrNeedMore,
			func(s *Station) bool { return s.Name == "" }},
		{edited(t, "MY_COMPUTER, bpp", strings.Repeat("x", MaxText+1)), "Name at offset 2", ErrLimit, func(s *Station) bool { return s.Name == "" }},
		{edited(t, "[Formats]", "what is this"), "line at offset 13", ErrInvalid, func(s *Station) bool { return len(s.Formats) == 1 }},
		{edited(t, format, "Format1=none"), "Format1 at offset 14", ErrInvalid, func(s *Station) bool { return len(s.Formats) == 0 }},
		{edited(t, format, format[:60]), "Format1 at offset 14", ErrNeedMore, func(s *Station) bool { return len(s.Formats) == 0 }},
		{edited(t, format, strings.Replace(format, "YQo", "YQp", 1)), "Format1 at offset 14", ErrChecksum, func(s *Station) bool { return len(s.Formats) == 1 }},
		{edited(t, format, format+"\r\n"+strings.Replace(format, "Format1", "Format2", 1)), "Format2 at offset 15", ErrInvalid,
			func(s *Station) bool { return len(s.Formats) == 1 }},
		{edited(t, format, "Format1="+string(appendBlock(nil, 2048+926, make([]byte, 80)))), "Format1 at offset 14", ErrInvalid,
			func(s *Station) bool { return s.Format(926) != nil }},
		{edited(t, format, "Format1="+string(appendBlock(nil, 1, make([]byte, MaxHeader+1)))), "Format1 at offset 14", ErrLimit,
			func(s *Station) bool { return len(s.Formats) == 0 }},
		{edited(t, "[Formats]", strings.Repeat("A=b\r\n", MaxExtra+1)), "property at offset 77", ErrLimit,
			func(s *Station) bool { return len(s.Extra) == MaxExtra }},
	} {
		s, err := ParseStation(tt.in)
		if err != nil {
			t.Errorf("%s: %v", tt.fault, err)
			continue
		}
		if len(s.Malformed) != 1 || !strings.Contains(s.Malformed[0].Error(), tt.fault) || !errors.Is(s.Malformed[0], tt.err) {
			t.Errorf("%s: %v", tt.fault, s.Malformed)
		}
		if !tt.broken(s) || s.Address != "239.192.48.179" {
			t.Errorf("%s: %+v", tt.fault, s)
		}
	}
}

func TestNoStation(t *testing.T) {
	for _, in := range [][]byte{nil, []byte("Dear friends,\nthis = a letter"), []byte("[Reference]\r\nRef1=http://h/"), bytes.Repeat([]byte("line\n"), 1000)} {
		if s, err := ParseStation(in); !errors.Is(err, ErrNotStation) {
			t.Errorf("%.20q: %+v, %v", in, s, err)
		}
	}
	if _, err := ParseStation(make([]byte, MaxStation+1)); !errors.Is(err, ErrLimit) {
		t.Error(err)
	}
}

// The properties that only Windows 2000 wrote, [MS-MSB] 3.1.3.1, stay.
func TestExtraProperties(t *testing.T) {
	extra := "Player URL=020W0000000002000\r\nDistribution Limit=0x00000005\r\nDelivery Mode=x, y\r\n"
	in := edited(t, "[Formats]", extra+"[Formats]")
	s, err := ParseStation(in)
	if err != nil || len(s.Extra) != 3 || s.Extra[0].Text() != "" || s.Extra[2].Text() != "x, y" {
		t.Fatalf("%+v, %v", s.Extra, err)
	}
	if out := s.Append(nil); !bytes.Equal(out, in) || len(s.Check()) > 0 {
		t.Errorf("%v\n%s", s.Check(), out)
	}
}

func sampleHeader(t testing.TB) []byte {
	t.Helper()
	r, err := asf.NewReader(bytes.NewReader(sample.Welcome), int64(len(sample.Welcome)))
	if err != nil {
		t.Fatal(err)
	}
	return r.HeaderBytes()
}

// newStation is a file with two headers and strings that have to be encoded.
func newStation(t testing.TB) *Station {
	t.Helper()
	s := &Station{Name: "Gerät, Sender", Address: "ff15::1:7", Port: SetNumber(5004), LogURL: "http://h/log", Unicast: "mms://h/live"}
	header := sampleHeader(t)
	other := slices.Clone(header)
	other[len(other)-3] ^= 1 // the count of packets
	for i, h := range [][]byte{header, other, header} {
		if _, err := s.AddFormat(h, []string{"first", "02 second", "first again"}[i]); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func TestStationComesBack(t *testing.T) {
	for _, plain := range []bool{false, true} {
		s := newStation(t)
		s.Plain = plain
		if problems := s.Check(); len(problems) > 0 {
			t.Error(problems)
		}
		once := s.Append(nil)
		got, err := ParseStation(once)
		if err != nil || len(got.Malformed) > 0 || got.Plain != plain {
			t.Fatalf("%v, %v, plain %t", err, got.Malformed, got.Plain)
		}
		if twice := got.Append(nil); !bytes.Equal(twice, once) {
			t.Errorf("%s\n%s", once, twice)
		}
		if len(got.Formats) != 2 || got.Formats[1].Description != "02 second" || !bytes.Equal(got.Formats[0].Header, sampleHeader(t)) {
			t.Errorf("%d formats", len(got.Formats))
		}
		for i := range once {
			if once[i] > '~' || once[i] < ' ' && once[i] != '\r' && once[i] != '\n' {
				t.Fatalf("byte %#x at %d", once[i], i)
			}
		}
	}
}

// Format IDs come from the header, so that the same header has the same ID in
// every file; where two headers would have one, the second gets the next.
func TestFormatIDs(t *testing.T) {
	s := newStation(t)
	again, other := newStation(t), Station{}
	if s.Formats[0].ID != again.Formats[0].ID || s.Formats[0].ID == s.Formats[1].ID {
		t.Errorf("%d and %d", s.Formats[0].ID, s.Formats[1].ID)
	}
	want := s.Formats[0].ID
	other.Formats = []Format{{ID: want, Header: []byte("another")}}
	if id, err := other.AddFormat(sampleHeader(t), ""); err != nil || id != (want+1)&MaxFormatID {
		t.Errorf("%d, want the one after %d, %v", id, want, err)
	}
	full := Station{}
	for id := range MaxFormats {
		full.Formats = append(full.Formats, Format{ID: FormatID(id)})
	}
	if _, err := full.AddFormat(sampleHeader(t), ""); !errors.Is(err, ErrLimit) {
		t.Error(err)
	}
	h := sampleHeader(t)
	for _, wrong := range [][]byte{nil, h[:len(h)-1], append(slices.Clone(h), 0), h[len(h)-50:]} {
		if _, err := s.AddFormat(wrong, ""); err == nil {
			t.Errorf("%d bytes are taken for a header of %d", len(wrong), len(h))
		}
	}
}

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		change func(s *Station)
		want   string
	}{
		{func(s *Station) { s.Address = "192.168.0.1" }, "IP Address: \"192.168.0.1\" is no multicast address"},
		{func(s *Station) { s.Address = "" }, "IP Address"},
		{func(s *Station) { s.Port.Value = 65536 }, "IP Port: 65536 is no port"},
		{func(s *Station) { s.Port = Number{} }, "IP Port: 0 is no port"},
		{func(s *Station) { s.Adapter = "eth0" }, "Multicast Adapter: \"eth0\""},
		{func(s *Station) { s.Version = "4.0" }, "NSC Format Version"},
		{func(s *Station) { s.LogURL = "https://h/" }, "Log URL: \"https://h/\" has to begin with http://"},
		{func(s *Station) { s.Unicast = "ftp://h/" }, "Unicast URL: \"ftp://h/\" has to begin with mms:// or http://"},
		{func(s *Station) { s.Unicast = "live" }, "Unicast URL: \"live\" is no URL"},
		{func(s *Station) { s.TTL = SetNumber(256) }, "Time To Live: 256 is not from 0 to 255"},
		{func(s *Station) { s.ECC = SetNumber(16) }, "Default Ecc: 16 is not from 1 to 15"},
		{func(s *Station) { s.Splitting = SetNumber(2) }, "Allow Splitting: 2"},
		{func(s *Station) { s.Caching = SetNumber(2) }, "Allow Caching: 2"},
		{func(s *Station) { s.Name = strings.Repeat("x", MaxText/2) }, "Name: it is longer"},
		{func(s *Station) { s.Extra = []Property{{"A", "b\r\nc"}} }, "Extra: \"A=b"},
		{func(s *Station) { s.Extra = []Property{{"ip port", "1"}} }, "Extra: \"ip port\" has a place"},
		{func(s *Station) { s.Extra = []Property{{"Format9", "1"}} }, "Extra: \"Format9\" has a place"},
		{func(s *Station) { s.Extra = make([]Property, MaxExtra+1) }, "Extra: there are more"},
		{func(s *Station) { s.Formats = nil }, "Format1: there is no ASF header"},
		{func(s *Station) { s.Formats[1].ID = s.Formats[0].ID }, "Format2: its Format ID"},
		{func(s *Station) { s.Formats[1].ID = MaxFormatID + 1 }, "Format2: its Format ID 2048 is not"},
		{func(s *Station) { s.Formats[0].Header = nil }, "Format1: this is no ASF header"},
		{func(s *Station) { s.Formats[0].Description = strings.Repeat("x", MaxText/2) }, "Description1: it is longer"},
	} {
		s := newStation(t)
		tt.change(s)
		problems := s.Check()
		if len(problems) == 0 || !strings.Contains(problems[0].Error(), tt.want) || !errors.Is(problems[0], ErrInvalid) {
			t.Errorf("%v, want %s", problems, tt.want)
		}
	}
	s := newStation(t)
	if _, err := s.Group(); err != nil {
		t.Error(err)
	}
	if from, ok := s.Source(); ok {
		t.Error(from)
	}
	s.Port.Value = 0
	if _, err := s.Group(); !errors.Is(err, ErrInvalid) {
		t.Error(err)
	}
}

// VLC looks for the version in the first 16,024 bytes, behind the longest name
// too.
func TestVersionComesEarly(t *testing.T) {
	s := newStation(t)
	s.Name = strings.Repeat("ä", MaxText/2-1)
	if problems := s.Check(); len(problems) > 0 {
		t.Fatal(problems)
	}
	if at := bytes.Index(s.Append(nil), []byte("NSC Format Version=029G0000000008Cm0k0300000\r\n")); at < 0 || at > 16024-60 {
		t.Errorf("it is at %d", at)
	}
}
