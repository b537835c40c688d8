package head

import (
	"reflect"
	"testing"
)

func TestAgent(t *testing.T) {
	tests := []struct {
		in   string
		want Agent
	}{
		{"", Agent{}},
		{"NSPlayer/4.1.0.3856", Agent{Token: "NSPlayer", Major: 4, Minor: 1}},
		{"NSPlayer/7.10.0.3059", Agent{Token: "NSPlayer", Major: 7, Minor: 10}},
		{"nsplayer/12.0.7601.17514 WMFSDK/12.0", Agent{Token: "nsplayer", Major: 12, Products: []string{"WMFSDK/12.0"}}},
		{"NSServer/9.5.6001.1; via WMCacheProxy X/1", Agent{Token: "NSServer", Major: 9, Minor: 5, Via: true, Products: []string{"X/1"}}},
		{"NSServer/9.0;via WMCacheProxy", Agent{Token: "NSServer", Major: 9, Via: true}},
		{"NSPlayer/9.0;", Agent{Token: "NSPlayer", Major: 9}},
		{"NSPlayer/9.0 via WMCacheProxy", Agent{Token: "NSPlayer", Major: 9, Products: []string{"via", "WMCacheProxy"}}},
		{"WMCacheProxy/9.00.00.3177", Agent{Token: "WMCacheProxy", Major: 9}},
		{"NSPlayer", Agent{Token: "NSPlayer"}},
		{"NSPlayer/999999999999.x", Agent{Token: "NSPlayer", Major: 99_999}},
		{"VLC/3.0.24 LibVLC/3.0.24", Agent{Token: "VLC", Major: 3, Products: []string{"LibVLC/3.0.24"}}},
		{"WMPlayer/12.0.7601.17514 guid/3300AD50-2C39-46C0-AE0A-39E48EB3C868",
			Agent{Token: "WMPlayer", Major: 12, GUID: "3300AD50-2C39-46C0-AE0A-39E48EB3C868"}},
		{"WMServer/9.1.1.5001", Agent{Token: "WMServer", Major: 9, Minor: 1}},
		{"NSPlayer/4.1.0.3856 WMFSDK/9.0", Agent{Token: "NSPlayer", Major: 4, Minor: 1, Products: []string{"WMFSDK/9.0"}}},
		{"x/999999999.y", Agent{Token: "x", Major: 99_999}},
	}
	for _, test := range tests {
		got := ParseAgent(test.in)
		test.want.Raw = test.in
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%q: %+v", test.in, got)
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
	if a := ParseAgent("wmplayer/9.1"); !a.Is("WMPlayer") || a.Is("WMPlay") || !a.Begins("WMPLAY") || a.Begins("WMPlayer/9.10") {
		t.Errorf("%+v compares wrongly", a)
	}
}
