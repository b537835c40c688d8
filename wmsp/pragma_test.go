package wmsp

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"caracal/internal/vector"
)

func TestPragma(t *testing.T) {
	for _, v := range vector.Read(t, "pragma.txt") {
		p := ParsePragma(strings.Split(v["in"], "\n")...)
		if got := pragmaText(&p); got != v["expect"] {
			t.Errorf("%s: %s, want %s", v["name"], got, v["expect"])
		}
		if again := ParsePragma(strings.Split(pragmaText(&p), "|")...); again != p && p.LogLine == "" {
			t.Errorf("%s: parsed again: %+v, want %+v", v["name"], again, p)
		}
	}
}

func TestPragmaTable(t *testing.T) {
	var all Tokens
	for i := range pragmaTokens {
		token := &pragmaTokens[i]
		if all&token.bit != 0 {
			t.Errorf("%s: bit used twice", token.name)
		}
		all |= token.bit
		if findToken(strings.ToUpper(token.name)) != token {
			t.Errorf("%s is not found", token.name)
		}
	}
	if last := TokenStopStrm; all != last|(last-1) {
		t.Errorf("tokens %#x are not in the table", (last|(last-1))&^all)
	}
}

func TestPragmaFields(t *testing.T) {
	p := ParsePragma("stream-offset=1:2, rate=-2.5, Speed=1.25, pl-offset=-1, xPlayStrm=0, version11-enabled=11")
	if p.StreamOffset != 1<<32|2 || p.Rate != -2.5 || p.Speed != 1.25 || p.PLOffset != -1 || p.PlayStrm || !p.Version11 {
		t.Errorf("%+v", p)
	}
	if !p.Has(TokenPlayStrm|TokenRate) || p.Has(TokenRate|TokenTimeout) || !p.HasAny(TokenRate|TokenTimeout) {
		t.Errorf("present: %#x", p.Present)
	}
}

func TestSwitches(t *testing.T) {
	long := strings.Repeat("ffff:1:0 ", MaxSwitches)
	tests := []struct {
		in      string
		decimal bool
		want    []Switch
		err     error
	}{
		{"", false, []Switch{}, nil},
		{"ffff:1:0 ffff:2:2", false, []Switch{{NoStream, 1, LevelWhole}, {NoStream, 2, LevelNone}}, nil},
		{"1:1:1", true, []Switch{{1, 1, LevelKeyFrames}}, nil},
		{"FFFF:10:0 ffff:11:0", false, []Switch{{NoStream, 16, 0}, {NoStream, 17, 0}}, nil},
		{"FFFF:10:0 ffff:11:0", true, []Switch{{NoStream, 10, 0}, {NoStream, 11, 0}}, nil},
		{"ffff:10:0 ffff:a:0", true, []Switch{{NoStream, 16, 0}, {NoStream, 10, 0}}, nil},
		{"ffff:7f:0", false, []Switch{{NoStream, 127, 0}}, nil},
		{"ffff:1", false, nil, ErrInvalid},
		{"ffff:1:0:0", false, nil, ErrInvalid},
		{"ffff:1:3", false, nil, ErrInvalid},
		{"ffff::0", false, nil, ErrInvalid},
		{"ffff:10000:0", false, nil, ErrInvalid},
		{"ffff:-1:0", false, nil, ErrInvalid},
		{"ffff:g:0", true, nil, ErrInvalid},
		{long + "ffff:2:0", false, nil, ErrLimit},
		{strings.Repeat("a ", MaxSwitches+1), false, nil, ErrInvalid},
	}
	for _, test := range tests {
		p := ParsePragma("stream-switch-entry=" + test.in)
		got, err := p.Switches(test.decimal)
		if !errors.Is(err, test.err) || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%.40s: %v, %v, want %v, %v", test.in, got, err, test.want, test.err)
		}
	}
	p := ParsePragma("stream-switch-entry=" + long)
	if got, err := p.Switches(false); len(got) != MaxSwitches || err != nil {
		t.Errorf("%d switches, %v, want %d", len(got), err, MaxSwitches)
	}
}

func TestAppendSwitches(t *testing.T) {
	got := string(AppendSwitches(nil, []Switch{{NoStream, 1, 0}, {1, 127, 2}}))
	if want := "ffff:1:0 1:7f:2"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// The order of [MS-WMSP] 3.2.5.6.
func TestStart(t *testing.T) {
	tests := []struct {
		in   string
		want Start
	}{
		{"no-cache", Start{}},
		{"stream-time=5", Start{StartByTime, 5}},
		{"stream-time=5,packet-num=6,stream-offset=0:7", Start{StartByTime, 5}},
		{"stream-time=0,packet-num=6,stream-offset=0:7", Start{StartByPacket, 6}},
		{"stream-time=4294967295,packet-num=0", Start{StartByPacket, 0}},
		{"stream-time=0,packet-num=4294967295,stream-offset=1:0", Start{StartByOffset, 1 << 32}},
		{"packet-num=4294967295,stream-offset=4294967295:4294967295", Start{}},
		{"stream-time=0,packet-num=4294967295,stream-offset=4294967295:4294967295", Start{StartByTime, 0}},
		{"stream-time=0", Start{StartByTime, 0}},
		{"stream-time=4294967295", Start{}},
	}
	for _, test := range tests {
		p := ParsePragma(test.in)
		if got := p.Start(); got != test.want {
			t.Errorf("%s: %+v, want %+v", test.in, got, test.want)
		}
	}
}

func FuzzPragma(f *testing.F) {
	f.Add("no-cache,rate=-1.5,stream-offset=1:2", `features="live,last", version-info=1.2`)
	f.Add("stream-switch-entry=ffff:1:0,ffff:2:0", "log-line= a,b ")
	f.Add(`proxy-client-agent="a,b", xClientGUID={0x1-2}`, "stream-time=2000Connection: Close")
	f.Fuzz(func(t *testing.T, first, second string) {
		p := ParsePragma(first, second)
		var again Response
		again.AddPragma(&p)
		if got := again.Pragma(); got != p {
			t.Fatalf("%+v became %+v in %q", p, got, again.Header)
		}
		if switches, err := p.Switches(false); err == nil {
			var q Pragma
			q.SwitchEntry = string(AppendSwitches(nil, switches))
			if got, err := q.Switches(false); err != nil || fmt.Sprint(got) != fmt.Sprint(switches) {
				t.Fatalf("%v became %v, %v", switches, got, err)
			}
		}
	})
}
