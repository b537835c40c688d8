package event

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Every type with the method isEvent is in the list that names come from.
func TestEveryEventHasAName(t *testing.T) {
	var declared []string
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "isEvent" {
				declared = append(declared, snake(f.Recv.List[0].Type.(*ast.Ident).Name))
			}
		}
	}
	slices.Sort(declared)
	if !slices.Equal(declared, Names()) {
		t.Errorf("the package has the events\n%v\nand types in name.go has\n%v", declared, Names())
	}
}

func TestSnake(t *testing.T) {
	for in, want := range map[string]string{
		"BadInput": "bad_input", "GUID": "guid", "ASFHeader": "asf_header", "Via": "via", "PlayerID": "player_id", "Packets": "packets", "": "",
	} {
		if got := snake(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func TestJSON(t *testing.T) {
	r := Record{Time: time.Date(2026, 3, 14, 15, 9, 26, 0, time.FixedZone("", 3600)), Event: Stopped{
		Player: Player{
			Session: 7, Protocol: "rtsp", Address: netip.MustParseAddrPort("192.0.2.1:5"), Agent: "a\"\n\x1b[31m\xff",
			Target: "/live?key=s3cretkey",
		},
		Reason: "over", Err: errors.New("open http://ada:s3cretpass@h/: gone"), Packets: 3, Elapsed: 1500 * time.Millisecond,
	}}
	var got map[string]any
	if err := json.Unmarshal(r.JSON(), &got); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{
		"event": "stopped", "time": "2026-03-14T14:09:26Z", "player_session": 7.0, "player_protocol": "rtsp",
		"player_address": "192.0.2.1:5", "player_agent": "a\"\n\x1b[31m�", "player_target": "/live?key=xxxxx",
		"err": "open http://ada:xxxxx@h/: gone", "packets": 3.0, "elapsed": 1.5, "media_name": "",
	} {
		if got[name] != want {
			t.Errorf("%s is %#v, want %#v", name, got[name], want)
		}
	}
}

// Each event becomes JSON, whatever its numbers are.
func TestJSONOfEveryEvent(t *testing.T) {
	for _, e := range append(slices.Clone(types), Playing{Rate: math.Inf(1), Streams: []uint8{1, 2}}) {
		b := Record{Event: e}.JSON()
		if !json.Valid(b) || !strings.Contains(string(b), `"`+Name(e)+`"`) {
			t.Errorf("%T becomes %s", e, b)
		}
	}
}

func TestWhomAnEventIsAbout(t *testing.T) {
	if p, ok := PlayerOf(Refused{Player: Player{Protocol: "mms"}}); !ok || p.Protocol != "mms" {
		t.Errorf("the player is %v, %v", p, ok)
	}
	if _, ok := PlayerOf(ArchiveBegan{}); ok {
		t.Error("an archive is no player")
	}
	for _, tt := range []struct {
		e    Event
		want string
		ok   bool
	}{
		{SourceFailed{Source: Source{Point: "live"}}, "live", true}, {ProxyBegan{Point: "far"}, "far", true},
		{StationChanged{Target: "cast"}, "cast", true}, {Connected{}, "", false}, {EntrySkipped{Source: "x"}, "", false},
	} {
		if got, ok := PointOf(tt.e); got != tt.want || ok != tt.ok {
			t.Errorf("%T is about %q, %v", tt.e, got, ok)
		}
	}
}
