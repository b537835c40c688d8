package wmsp

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

// The examples of [MS-WMSP] 2.2.1.12, 2.2.2.6, 2.2.2.7 and 2.2.2.8.
var startupExamples = []string{
	"Rate=10,12,15,20,30;MaxBytes=12874,9407,9086,8551,7482;Time=12512,34,34,34,34;StartTime=1694318962;LastTime=19521;MaxDiffTime=0;MaxDiffSndTime=0;ByteRate=30794,31469,31469,31469,31469;",
	"Rate=10,12,15,20,30;MaxBytes=459,459,459,459,459;Time=0,0,0,0,0;StartTime=3290;LastTime=15120;MaxDiffTime=0;MaxDiffSndTime=0;ByteRate=2538,2538,2538,2538,2538;",
	"Rate=10,12,15,20,30;MaxBytes=50134,1828,1828,1828,1828;Time=10666,0,0,0,0;StartTime=3000;LastTime=17041;MaxDiffTime=7244;MaxDiffSndTime=1341;ByteRate=35665,39318,39318,39318,39318;",
	"Rate=10,12,15,20,30;MaxBytes=23,23,23,23,23;Time=0,0,0,0,0;StartTime=235;LastTime=14062;MaxDiffTime=0;MaxDiffSndTime=0;ByteRate=330,330,330,330,330;",
	"Rate=10;MaxBytes=1;Time=0;StartTime=0;LastTime=1;MaxDiffTime=0;MaxDiffSndTime=-2147483648;ByteRate=4294967295;",
}

func TestStartupProfile(t *testing.T) {
	for _, want := range startupExamples {
		p, err := ParseStartupProfile(want)
		if err != nil {
			t.Errorf("%s: %v", want, err)
		} else if got := string(p.Append(nil)); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	p, err := ParseStartupProfile(" rate=10, 12 ; frob=1;" + startupExamples[2][len("Rate=10,12,15,20,30;"):])
	if !errors.Is(err, ErrInvalid) {
		t.Errorf("lists of unequal length: %+v, %v", p, err)
	}
}

func TestStartupProfileErrors(t *testing.T) {
	good := startupExamples[1]
	tests := []struct {
		name, in string
		want     error
	}{
		{"empty", "", ErrInvalid},
		{"no ByteRate", good[:strings.Index(good, "ByteRate")], ErrInvalid},
		{"a letter", strings.Replace(good, "3290", "x", 1), ErrInvalid},
		{"a letter in a list", strings.Replace(good, "459,", "a,", 1), ErrInvalid},
		{"too large", strings.Replace(good, "3290", "4294967296", 1), ErrInvalid},
		{"lag too large", strings.Replace(good, "SndTime=0", "SndTime=2147483648", 1), ErrInvalid},
		{"long list", strings.Replace(good, "459,", strings.Repeat("1,", MaxStartupRates), 1), ErrLimit},
	}
	for _, test := range tests {
		if p, err := ParseStartupProfile(test.in); !errors.Is(err, test.want) {
			t.Errorf("%s: %+v, %v, want %v", test.name, p, err, test.want)
		}
	}
}

func TestComputeStartupProfile(t *testing.T) {
	mixed := []StartupSample{
		{SendTime: 0, PresentationTime: 3000, Bytes: 1000},
		{SendTime: 0, PresentationTime: 3000, Bytes: 200, Audio: true},
		{SendTime: 100, PresentationTime: 3100, Bytes: 500},
		{SendTime: 150, PresentationTime: 3050, Bytes: 200, Audio: true}, // 50 ms behind the video
		{SendTime: 500, PresentationTime: 4000, Bytes: 2100},
		{SendTime: 1000, PresentationTime: 9000, Bytes: 50_000}, // after the window
	}
	tests := []struct {
		name    string
		samples []StartupSample
		want    StartupProfile
	}{
		// 4000 bytes in 1000 ms. At 50 ms 1900 bytes are needed, and 200, 240,
		// 300, 400 or 600 are there.
		{"audio and video", mixed, StartupProfile{
			Rate:      []uint32{10, 12, 15, 20, 30},
			MaxBytes:  []uint32{1700, 1660, 1600, 1500, 1300},
			Time:      []uint32{50, 50, 50, 50, 50},
			ByteRate:  []uint32{4000, 4000, 4000, 4000, 4000},
			StartTime: 3000, LastTime: 1000, MaxDiffTime: 50, MaxDiffSndTime: 50,
		}},
		// 300 bytes in 200 ms; the first payload is all that is ever missing.
		{"audio alone", []StartupSample{
			{0, 500, 100, true}, {100, 600, 100, true}, {200, 700, 100, true},
		}, StartupProfile{
			Rate:      []uint32{10, 12, 15, 20, 30},
			MaxBytes:  []uint32{100, 100, 100, 100, 100},
			Time:      []uint32{0, 0, 0, 0, 0},
			ByteRate:  []uint32{1500, 1500, 1500, 1500, 1500},
			StartTime: 500, LastTime: 200,
		}},
		// Video comes 100 ms late and audio never does: a negative lag.
		{"video behind audio", []StartupSample{
			{0, 1000, 10, true}, {0, 900, 10, false}, {100, 1100, 10, true}, {100, 1040, 10, false},
		}, StartupProfile{
			Rate:      []uint32{10, 12, 15, 20, 30},
			MaxBytes:  []uint32{20, 20, 20, 20, 20},
			Time:      []uint32{0, 0, 0, 0, 0},
			ByteRate:  []uint32{200, 200, 200, 200, 200},
			StartTime: 900, LastTime: 200, MaxDiffSndTime: -100,
		}},
	}
	for _, test := range tests {
		got, err := ComputeStartupProfile(test.samples, 1000)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
		} else if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v, want %+v", test.name, got, test.want)
		}
	}
}

// The example of [MS-WMSP] 2.2.1.12: at 34 ms 10,690 bytes are needed at a
// content rate of 31,469 bytes/s. It rounds its last number up.
func TestComputeStartupProfileExample(t *testing.T) {
	const start = 1694318962
	p, err := ComputeStartupProfile([]StartupSample{
		{0, start, 1000, false}, {0, start + 34, 9690, false}, {900, start + 19521, 603_617, false},
	}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	want := StartupProfile{
		Rate:      []uint32{10, 12, 15, 20, 30},
		MaxBytes:  []uint32{9621, 9407, 9086, 8551, 7481},
		Time:      []uint32{34, 34, 34, 34, 34},
		ByteRate:  []uint32{31469, 31469, 31469, 31469, 31469},
		StartTime: start, LastTime: 19521,
	}
	if !reflect.DeepEqual(p, want) {
		t.Errorf("got %+v, want %+v", p, want)
	}
}

func TestComputeStartupProfileRefuses(t *testing.T) {
	tests := map[string][]StartupSample{
		"nothing":         nil,
		"one moment":      {{0, 5, 10, true}, {1, 5, 10, true}},
		"no bytes":        {{0, 5, 0, true}, {1, 6, 0, true}},
		"only one in":     {{0, 5, 10, true}, {1000, 6, 10, true}},
		"times that jump": {{100, 5, 10, true}, {0, 6, 10, true}},
	}
	for name, samples := range tests {
		if p, err := ComputeStartupProfile(samples, 1000); !errors.Is(err, ErrStartupProfile) {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
}

func FuzzStartupProfile(f *testing.F) {
	for _, example := range startupExamples {
		f.Add(example)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParseStartupProfile(s)
		if err != nil {
			return
		}
		again, err := ParseStartupProfile(string(p.Append(nil)))
		if err != nil || !reflect.DeepEqual(again, p) {
			t.Fatalf("%+v became %+v, %v", p, again, err)
		}
	})
}
