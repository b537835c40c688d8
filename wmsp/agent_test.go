package wmsp

import (
	"reflect"
	"testing"
)

func TestAgent(t *testing.T) {
	tests := []struct {
		in    string
		want  Agent
		known bool
	}{
		{"", Agent{}, false},
		{"NSPlayer/4.1.0.3856", Agent{Token: "NSPlayer", Major: 4, Minor: 1}, true},
		{"NSPlayer/7.10.0.3059", Agent{Token: "NSPlayer", Major: 7, Minor: 10}, true},
		{"nsplayer/12.0.7601.17514 WMFSDK/12.0", Agent{Token: "nsplayer", Major: 12, Products: []string{"WMFSDK/12.0"}}, true},
		{"NSServer/9.5.6001.1; via WMCacheProxy X/1", Agent{Token: "NSServer", Major: 9, Minor: 5, Via: true, Products: []string{"X/1"}}, true},
		{"NSServer/9.0;via WMCacheProxy", Agent{Token: "NSServer", Major: 9, Via: true}, true},
		{"NSPlayer/9.0;", Agent{Token: "NSPlayer", Major: 9}, true},
		{"NSPlayer/9.0 via WMCacheProxy", Agent{Token: "NSPlayer", Major: 9, Products: []string{"via", "WMCacheProxy"}}, true},
		{"WMCacheProxy/9.00.00.3177", Agent{Token: "WMCacheProxy", Major: 9}, true},
		{"NSPlayer", Agent{Token: "NSPlayer"}, true},
		{"NSPlayer/999999999999.x", Agent{Token: "NSPlayer", Major: 99_999}, true},
		{"VLC/3.0.24 LibVLC/3.0.24", Agent{Token: "VLC", Major: 3, Products: []string{"LibVLC/3.0.24"}}, false},
	}
	for _, test := range tests {
		got := ParseAgent(test.in)
		test.want.Raw = test.in
		if len(got.Products) == 0 {
			got.Products = nil
		}
		if !reflect.DeepEqual(got, test.want) || got.Known() != test.known {
			t.Errorf("%q: %+v, known %t", test.in, got, got.Known())
		}
	}
}

func TestAgentAtLeast(t *testing.T) {
	a := ParseAgent("NSPlayer/7.10.0.3059")
	for _, v := range [][2]int{{7, 10}, {7, 1}, {7, 0}, {6, 99}} {
		if !a.AtLeast(v[0], v[1]) {
			t.Errorf("7.10 is not at least %v", v)
		}
	}
	for _, v := range [][2]int{{7, 11}, {8, 0}} {
		if a.AtLeast(v[0], v[1]) {
			t.Errorf("7.10 is at least %v", v)
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

func TestFeatures(t *testing.T) {
	const all = "com.microsoft.wm.srvppair, com.microsoft.wm.sswitch, com.microsoft.wm.predstrm, com.microsoft.wm.fastcache, com.microsoft.wm.startupprofile"
	tests := []struct {
		in   []string
		want Features
		out  string
	}{
		{nil, 0, ""},
		{[]string{all}, FeatureSrvPPair | FeatureSSwitch | FeaturePredStrm | FeatureFastCache | FeatureStartupProfile, all},
		{[]string{"com.microsoft.wm.predstrm,com.microsoft.wm.eosmsg", "COM.MICROSOFT.WM.SSWITCH"}, DefaultFeatures,
			"com.microsoft.wm.sswitch, com.microsoft.wm.predstrm"},
		{[]string{"predstrm, com.microsoft.wm.", "com.microsoft.xx.sswitch"}, 0, ""},
	}
	for _, test := range tests {
		got := ParseFeatures(test.in...)
		if got != test.want || got.String() != test.out {
			t.Errorf("%q: %v, want %v", test.in, got, test.out)
		}
	}
	if !DefaultFeatures.Has(FeaturePredStrm) || DefaultFeatures.Has(FeaturePredStrm|FeatureFastCache) {
		t.Error("Has is wrong")
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
