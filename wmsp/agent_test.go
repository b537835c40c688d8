package wmsp

import (
	"testing"

	"caracal/internal/head"
)

func TestKnownAgent(t *testing.T) {
	for in, want := range map[string]bool{
		"": false, "nsplayer/12.0.7601.17514": true, "NSServer/9.0": true, "WMCacheProxy/9.00.00.3177": true, "NSPlayer": true,
		"NSPlayer/9.0;": true, "VLC/3.0.24 LibVLC/3.0.24": false,
	} {
		if got := KnownAgent(head.ParseAgent(in)); got != want {
			t.Errorf("%q: known %t", in, got)
		}
	}
}

func TestPersona(t *testing.T) {
	tests := []struct {
		in    string
		want  Persona
		known bool
	}{
		{"Cougar/9.6.7600.16564", Persona{Token: "Cougar", Version: "9.6.7600.16564"}, true},
		{"Cougar/9.6.7600.16564 Caracal/0.1", Persona{Token: "Cougar", Version: "9.6.7600.16564", Product: "Caracal/0.1"}, true},
		{"Cougar 4.1.0.3921", Persona{Token: "Cougar", Version: "4.1.0.3921", Space: true}, true},
		{"Cougar 4.1.0.3921 x", Persona{Token: "Cougar", Version: "4.1.0.3921", Product: "x", Space: true}, true},
		{"Rex/9.0.0.2837", Persona{Token: "Rex", Version: "9.0.0.2837"}, true},
		{"Apache/2.4 (Unix)", Persona{Token: "Apache", Version: "2.4", Product: "(Unix)"}, false},
	}
	for _, test := range tests {
		got := ParsePersona(test.in)
		if got != test.want || got.Known() != test.known || got.String() != test.in {
			t.Errorf("%q: %+v, known %t, %q", test.in, got, got.Known(), got)
		}
	}
	if p := ParsePersona("Cougar/9.01.01.3814"); !p.AtLeast(9, 1) || p.AtLeast(9, 2) || p.AtLeast(10, 0) || !p.AtLeast(5, 0) {
		t.Errorf("%v compares wrongly", p)
	}
}

func TestContentFeatures(t *testing.T) {
	f := ParseContentFeatures("Playlist, broadcast,,x")
	if f != ContentBroadcast|ContentPlaylist || f.String() != "broadcast,playlist" {
		t.Errorf("%v", f)
	}
	if !f.Has(ContentPlaylist) || f.Has(ContentPlaylist|ContentLive) {
		t.Error("Has is wrong")
	}
}
