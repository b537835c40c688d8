package head

import (
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
		p, ok := ParseStartupProfile(want)
		if !ok {
			t.Errorf("%s is refused", want)
		} else if got := string(p.Append(nil)); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	p, ok := ParseStartupProfile(" rate=10, 12 ; frob=1;" + startupExamples[2][len("Rate=10,12,15,20,30;"):])
	if ok {
		t.Errorf("lists of unequal length: %+v", p)
	}
}

func TestStartupProfileErrors(t *testing.T) {
	good := startupExamples[1]
	tests := []struct{ name, in string }{
		{"empty", ""},
		{"no ByteRate", good[:strings.Index(good, "ByteRate")]},
		{"a letter", strings.Replace(good, "3290", "x", 1)},
		{"a letter in a list", strings.Replace(good, "459,", "a,", 1)},
		{"too large", strings.Replace(good, "3290", "4294967296", 1)},
		{"lag too large", strings.Replace(good, "SndTime=0", "SndTime=2147483648", 1)},
		{"long list", strings.Replace(good, "459,", strings.Repeat("1,", MaxStartupRates), 1)},
	}
	for _, test := range tests {
		if p, ok := ParseStartupProfile(test.in); ok {
			t.Errorf("%s: became %+v", test.name, p)
		}
	}
}

func FuzzStartupProfile(f *testing.F) {
	for _, example := range startupExamples {
		f.Add(example)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, ok := ParseStartupProfile(s)
		if !ok {
			return
		}
		again, ok := ParseStartupProfile(string(p.Append(nil)))
		if !ok || !reflect.DeepEqual(again, p) {
			t.Fatalf("%+v became %+v, %t", p, again, ok)
		}
	})
}
