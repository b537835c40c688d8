package rtsp

import (
	"errors"
	"strings"
	"testing"

	"caracal/internal/cachecontrol"
	"caracal/internal/head"
	"caracal/internal/vector"
)

// rewrite parses the value of a header and writes it again.
func rewrite(header, in string) (string, error) {
	refused := errors.New("refused")
	switch header {
	case "Transport":
		var all []string
		for _, tr := range ParseTransports(in) {
			all = append(all, tr.String())
		}
		return strings.Join(all, ", "), nil
	case "Range":
		r, err := ParseRange(in)
		return r.String(), err
	case "Session":
		return ParseSession(in).String(), nil
	case "RTP-Info":
		list, err := ParseRTPInfo(in)
		return string(AppendRTPInfo(nil, list)), err
	case "X-RTP-Info":
		list, err := ParseRTPInfo(in)
		return string(AppendXRTPInfo(nil, list)), err
	case "Supported":
		return head.ParseFeatures(in).String(), nil
	case "X-Accelerate-Streaming":
		a, err := ParseAccelerate(in)
		return a.Accelerate(), err
	case "X-Burst-Streaming":
		a, err := ParseBurst(in)
		return a.Burst(), err
	case "Scale", "Speed":
		if v, ok := ParseDecimal(in); ok {
			return FormatDecimal(v), nil
		}
	case "Bandwidth":
		if n, ok := ParseNumber(in); ok {
			return FormatNumber(n), nil
		}
	case "X-Playlist":
		if offset, ok := ParsePlaylist(in); ok {
			return FormatPlaylist(offset), nil
		}
	case "If-Match":
		e, err := ParseEntityTags(in)
		return e.String(), err
	case "Cache-Control":
		return cachecontrol.Parse(in).String(), nil
	case "X-StartupProfile":
		if p, ok := head.ParseStartupProfile(in); ok {
			return string(p.Append(nil)), nil
		}
	}
	return "", refused
}

func TestHeaders(t *testing.T) {
	for _, v := range vector.Read(t, "headers.txt") {
		name := v["header"] + ": " + v["in"]
		got, err := rewrite(v["header"], v["in"])
		switch {
		case v["error"] == "yes":
			if err == nil {
				t.Errorf("%s: became %q, want an error", name, got)
			}
		case err != nil:
			t.Errorf("%s: %v", name, err)
		case got != v["expect"]:
			t.Errorf("%s: became %q, want %q", name, got, v["expect"])
		}
	}
}

func TestFECParameters(t *testing.T) {
	tests := []struct {
		f    FECParameters
		want bool
	}{
		{FECParameters{4, 1, 6}, true},
		{FECParameters{24, 24, 1}, true},
		{FECParameters{1, 1, 12}, true},
		{FECParameters{25, 1, 1}, false},
		{FECParameters{0, 0, 1}, false},
		{FECParameters{4, 5, 1}, false},
		{FECParameters{4, 0, 1}, false},
		{FECParameters{4, 1, 0}, false},
		{FECParameters{2, 1, 13}, false},
		{FECParameters{24, 1, 2}, false},
		{FECParameters{13, 1, 2}, true},
		{FECParameters{14, 1, 2}, false},
		{FECParameters{}, false},
	}
	for _, test := range tests {
		if got := test.f.Valid(); got != test.want {
			t.Errorf("%v: %v, want %v", test.f, got, test.want)
		}
	}
}

func TestHeaderLimits(t *testing.T) {
	if n := len(ParseTransports(strings.Repeat("RTP/AVP,", 1000))); n != MaxTransports {
		t.Errorf("%d transports", n)
	}
	if n := len(ParseSchemes(strings.Repeat("NTLM ", 1000))); n != MaxSchemes {
		t.Errorf("%d schemes", n)
	}
	if n := len(ParseCookies(strings.Repeat("a=b;", 1000))); n != MaxCookies {
		t.Errorf("%d cookies", n)
	}
	tests := []struct {
		name string
		err  error
	}{
		{"streams of RTP-Info", second(ParseRTPInfo(strings.Repeat("url=a,", MaxRTPInfos+1)))},
		{"parameters of RTP-Info", second(ParseRTPInfo("url=a" + strings.Repeat(";x", MaxRTPInfoParameters+1)))},
		{"entity tags", second(ParseEntityTags(strings.Repeat(`"a",`, MaxEntityTags+1)))},
	}
	for _, test := range tests {
		if !errors.Is(test.err, ErrLimit) {
			t.Errorf("%s: %v, want ErrLimit", test.name, test.err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestEntityTagsMatch(t *testing.T) {
	e, err := ParseEntityTags(`"a", W/"b"`)
	if err != nil {
		t.Fatal(err)
	}
	for tag, want := range map[string]bool{`"a"`: true, `"b"`: true, `W/"a"`: true, `"c"`: false, `a`: false} {
		if e.Match(tag) != want {
			t.Errorf("%s: %v, want %v", tag, !want, want)
		}
	}
	if !(EntityTags{Any: true}).Match(`"x"`) {
		t.Error("* does not match")
	}
}

func FuzzHeaders(f *testing.F) {
	names := []string{
		"Transport", "Range", "Session", "RTP-Info", "X-RTP-Info", "Supported", "X-Accelerate-Streaming",
		"X-Burst-Streaming", "Speed", "Bandwidth", "X-Playlist", "If-Match", "Cache-Control", "X-StartupProfile",
	}
	for _, v := range vector.Read(f, "headers.txt") {
		for i, name := range names {
			if name == v["header"] {
				f.Add(i, v["in"])
			}
		}
	}
	f.Fuzz(func(t *testing.T, i int, in string) {
		if head.HasControl(in) {
			return // does not get past a head
		}
		name := names[uint(i)%uint(len(names))]
		once, err := rewrite(name, in)
		if err != nil || name == "Speed" && strings.Trim(once, "-0.") == "" {
			return // a speed of less than the three decimals that are written
		}
		twice, err := rewrite(name, once)
		if err != nil || twice != once {
			t.Fatalf("%s: %q became %q, then %q, %v", name, in, once, twice, err)
		}
	})
}

func TestControl(t *testing.T) {
	tests := []struct{ path, base, want string }{
		{"/a.wmv/audio", "/a.wmv", "audio"},
		{"/audio/audio", "/audio", "audio"},
		{"/audio", "/", "audio"},
		{"/a/stream=5", "/a", "stream=5"},
		{"/a/audio=2", "/a", "audio=2"},
		{"/a/rtx", "/a", "rtx"},
		{"/a/audio/fec", "/a", "audio/fec"},
		{"/a/stream=5/fec98", "/a", "stream=5/fec"},
		{"/a/stream=65536", "/a", "stream=65536"},
		{"/a/stream=0", "/a/stream=0", ""},
		{"/a/stream=131071", "/a/stream=131071", ""},
		{"/a/stream=+1", "/a/stream=+1", ""},
		{"/a/rtx/fec", "/a/rtx/fec", ""},
		{"/a/fec", "/a/fec", ""},
		{"/a/audio/fecx", "/a/audio/fecx", ""},
		{"/a/rtx=1", "/a/rtx=1", ""},
		{"/", "/", ""},
	}
	for _, test := range tests {
		base, c, ok := SplitControl(test.path)
		if base != test.base || c.String() != test.want || ok != (test.want != "") {
			t.Errorf("%s: %s %v %v, want %s %s", test.path, base, c, ok, test.base, test.want)
		}
		if c, in := ControlWithin(test.base, test.path); in != ok || c.String() != test.want {
			t.Errorf("%s within %s: %v %v", test.path, test.base, c, in)
		}
	}
	if c, ok := ControlWithin("/audio", "/audio"); ok {
		t.Errorf("/audio within itself is %v", c)
	}
}

func TestKnownAgent(t *testing.T) {
	for in, want := range map[string]bool{
		"wmplayer/9.1": true, "WMServer/9.1.1.5001": true, "WMCacheProxy/9.0": true, "NSPlayer/4.1.0.3856": false, "": false,
	} {
		if got := KnownAgent(head.ParseAgent(in)); got != want {
			t.Errorf("%q: known %t", in, got)
		}
	}
}
