package wsx

import (
	"errors"
	"reflect"
	"testing"
	"time"
)

func TestParseClock(t *testing.T) {
	tests := []struct {
		in   string
		want time.Duration
		err  error
	}{
		{"02:30:03", 2*time.Hour + 30*time.Minute + 3*time.Second, nil},
		{"2:30:3", 2*time.Hour + 30*time.Minute + 3*time.Second, nil},
		{"50:00:10.25", 50*time.Hour + 10250*time.Millisecond, nil},
		{"02:33", 153 * time.Second, nil},
		{"00:10.5", 10500 * time.Millisecond, nil},
		{":30", 30 * time.Second, nil},
		{"3.2h", 192 * time.Minute, nil},
		{"45min", 45 * time.Minute, nil},
		{" 30s ", 30 * time.Second, nil},
		{"5ms", 5 * time.Millisecond, nil},
		{"12.467", 12467 * time.Millisecond, nil},
		{"+.5min", 30 * time.Second, nil},
		{"+ 3", 3 * time.Second, nil},
		{"0h", 0, nil},
		{"100000h", 100000 * time.Hour, nil},
		{"100000:00:01", 0, errLong},
		{"99999999999999999999", 0, errLong},
		{"-55", 0, errNegative},
		{"-x", 0, errClock},
		{"1:60", 0, errSixty},
		{"1:60:00", 0, errSixty},
		{"90:00", 0, errSixty},
		{"", 0, errClock},
		{".", 0, errClock},
		{":", 0, errClock},
		{"::", 0, errClock},
		{"1:2:3:4", 0, errClock},
		{"1.5:00", 0, errClock},
		{"1:1.5:00", 0, errClock},
		{"1e3", 0, errClock},
		{"1m", 0, errClock},
		{"s", 0, errClock},
		{"1 s", 0, errClock},
		{"\u0661s", 0, errClock},
	}
	for _, tt := range tests {
		if got, err := ParseClock(tt.in); got != tt.want || !errors.Is(err, tt.err) || (err == nil) != (tt.err == nil) {
			t.Errorf("%q: %v, %v, want %v, %v", tt.in, got, err, tt.want, tt.err)
		}
	}
}

func TestFormatClock(t *testing.T) {
	tests := map[time.Duration]string{
		0: "0s", 90 * time.Millisecond: "0.09s", 59*time.Second + 999900*time.Microsecond: "0:01:00",
		time.Minute: "0:01:00", 61500 * time.Millisecond: "0:01:01.5", 100 * time.Hour: "100:00:00", -time.Second: "0s",
	}
	for d, want := range tests {
		if got := FormatClock(d); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
}

func TestParseMoments(t *testing.T) {
	noon := Wallclock{Time: time.Date(0, 1, 1, 12, 0, 0, 0, time.UTC), HasTime: true}
	tests := []struct {
		in   string
		want []Moment
		err  error
	}{
		{"30s", []Moment{{Offset: 30 * time.Second}}, nil},
		{"0; m1.end+2s;", []Moment{{}, {Kind: AtEdge, ID: "m1", End: true, Offset: 2 * time.Second}}, nil},
		{"p2-m1.begin + 0:30", []Moment{{Kind: AtEdge, ID: "p2-m1", Offset: 30 * time.Second}}, nil},
		{"a.b.end - 3", []Moment{{Kind: AtEdge, ID: "a.b", End: true, Offset: -3 * time.Second}}, nil},
		{`\first.end`, []Moment{{Kind: AtEdge, ID: "first", End: true}}, nil},
		{"prev.begin+1s", []Moment{{Kind: AtPrevious, Offset: time.Second}}, nil},
		{"Emergency-Notice", []Moment{{Kind: AtEvent, ID: "Emergency-Notice"}}, nil},
		{"notice + 5s", []Moment{{Kind: AtEvent, ID: "notice", Offset: 5 * time.Second}}, nil},
		{"m1.marker(half time)+1s", []Moment{{Kind: AtMarker, ID: "m1", Marker: "half time", Offset: time.Second}}, nil},
		{"indefinite", []Moment{{Kind: AtIndefinite}}, nil},
		{"wallclock( 12:00 )", []Moment{{Kind: AtWallclock, Wallclock: noon}}, nil},
		{"x y; 3s", []Moment{{Offset: 3 * time.Second}}, errMoment},
		{"", nil, errMoment},
		{".begin", nil, errClock},
		{"a+b", nil, errClock},
		{"wallclock(12", nil, errWallclock},
		{"wallclock(1:00)", nil, errWallclock},
		{"wallclock(12:00:00,5)", nil, errWallclock},
		{"wallclock(2026-02-30)", nil, errWallclock},
		{"wallclock()", nil, errWallclock},
	}
	for _, tt := range tests {
		got, err := ParseMoments(tt.in)
		if !reflect.DeepEqual(got, tt.want) || !errors.Is(err, tt.err) {
			t.Errorf("%q: %+v, %v, want %+v, %v", tt.in, got, err, tt.want, tt.err)
		}
	}
	long := "1"
	for range MaxMoments {
		long += ";1"
	}
	if got, err := ParseMoments(long); len(got) != MaxMoments || !errors.Is(err, errMoments) {
		t.Errorf("%d moments, %v", len(got), err)
	}
}

func TestWallclock(t *testing.T) {
	berlin := time.FixedZone("", 3600)
	now := time.Date(2026, 1, 31, 20, 0, 0, 0, berlin)
	tests := []struct{ in, want string }{
		{"20:00", "2026-01-31T20:00:00+01:00"},
		{"19:59:59.5", "2026-02-01T19:59:59.5+01:00"},
		{"19:30Z", "2026-01-31T19:30:00Z"},
		{"20:30+03:00", "2026-02-01T17:30:00Z"},
		{"2026-01-01", "2026-01-01T00:00:00+01:00"},
		{"2026-07-01T06:00", "2026-07-01T06:00:00+01:00"},
		{"2026-07-01T06:00:30-05:00", "2026-07-01T11:00:30Z"},
	}
	for _, tt := range tests {
		m, err := ParseMoments("wallclock(" + tt.in + ")")
		if err != nil {
			t.Errorf("%s: %v", tt.in, err)
			continue
		}
		if got := m[0].Wallclock.On(now).Format(time.RFC3339Nano); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.in, got, tt.want)
		}
	}
}

func TestTiming(t *testing.T) {
	d, err := Parse([]byte(`<smil><media src="a" begin="1" end="x y" dur="indefinite" repeatDur="-3" repeatCount="2.1"
		clipBegin="npt=3s" clipEnd="marker=a.smil#end" id=" \last " noSkip="True"/></smil>`))
	if err != nil {
		t.Fatal(err)
	}
	m := d.Root.Children[0]
	want := Timing{
		Begin: []Moment{{Offset: time.Second}}, Dur: Span{Set: true, Indefinite: true}, RepeatCount: Count{Set: true, N: 3},
		ClipBegin: Clip{Set: true, Time: 3 * time.Second}, ClipEnd: Clip{Set: true, Marker: "end"},
	}
	if got := m.Timing(); !reflect.DeepEqual(got, want) || m.ID() != "last" || !m.Is("noSkip") || m.Is("noRecede") {
		t.Errorf("%+v, want %+v; id %q", got, want, m.ID())
	}
	for in, want := range map[string]Count{"indefinite": {Set: true, Indefinite: true}, "0": {}, "-1": {}, "1e9": {}, "Inf": {}, "9999999999": {}, "1": {Set: true, N: 1}} {
		if got, _ := parseCount(in); got != want {
			t.Errorf("%s: %+v, want %+v", in, got, want)
		}
	}
}

func TestParseSource(t *testing.T) {
	tests := map[string]Source{
		`C:\films\a.wmv`:           {FromFile, `C:\films\a.wmv`, ""},
		`file://c:\films\a.wmv`:    {FromFile, `c:\films\a.wmv`, ""},
		`file:///c:/a.wmv`:         {FromFile, `c:/a.wmv`, ""},
		`FILE:///srv/a.wmv`:        {FromFile, `/srv/a.wmv`, ""},
		`a: b.wmv`:                 {FromFile, `a: b.wmv`, ""},
		`films\*.wmv`:              {FromFolder, `films\`, "*.wmv"},
		`films/*.*`:                {FromFolder, `films/`, "*"},
		`films/`:                   {FromFolder, `films/`, "*"},
		`*`:                        {FromFolder, "", "*"},
		`HTTP://a:80/b?c`:          {FromURL, "http://a:80/b?c", ""},
		`mms://a/b`:                {FromURL, "mms://a/b", ""},
		`httpd://a/list.asp`:       {FromWeb, "http://a/list.asp", ""},
		`push:*`:                   {FromPush, "*", ""},
		`lpush:live`:               {FromPush, "live", ""},
		`point:/evening/`:          {FromPoint, "evening", ""},
		`ffmpeg:device:/dev/video`: {FromFFmpeg, "device:/dev/video", ""},
		`%requestedurl%`:           {FromRequest, "", ""},
		`%url%`:                    {FromRequest, "", ""},
		`gopher://a`:               {FromUnknown, "gopher://a", ""},
		`http:a`:                   {FromUnknown, "http:a", ""},
	}
	for in, want := range tests {
		if got := ParseSource(in); got != want {
			t.Errorf("%s: %+v, want %+v", in, got, want)
		}
	}
}

func FuzzMoments(f *testing.F) {
	for _, s := range []string{"1:30:00.5; a.end+3s", "wallclock(2026-01-31T20:00Z)", "prev.end - 1", "a.marker(b)", "indefinite", `\first.begin`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		moments, err := ParseMoments(s)
		if len(moments) == 0 && err == nil || len(moments) > MaxMoments {
			t.Fatalf("%q: %d moments, %v", s, len(moments), err)
		}
		for _, m := range moments {
			if m.Offset > MaxClock*time.Hour || m.Offset < -MaxClock*time.Hour {
				t.Fatalf("%q: %+v", s, m)
			}
			if m.Offset < 0 {
				continue
			}
			d := m.Offset.Round(time.Millisecond)
			if again, err := ParseClock(FormatClock(d)); again != d || err != nil {
				t.Fatalf("%q: %v is written %s and read %v, %v", s, d, FormatClock(d), again, err)
			}
		}
	})
}
