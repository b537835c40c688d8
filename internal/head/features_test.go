package head

import "testing"

func TestFeatures(t *testing.T) {
	const http = "com.microsoft.wm.srvppair, com.microsoft.wm.sswitch, com.microsoft.wm.predstrm, com.microsoft.wm.fastcache, com.microsoft.wm.startupprofile"
	const rtsp = "com.microsoft.wm.srvppair, com.microsoft.wm.sswitch, com.microsoft.wm.eosmsg, com.microsoft.wm.predstrm, " +
		"com.microsoft.wm.fastcache, com.microsoft.wm.packetpairssrc, com.microsoft.wm.locid, com.microsoft.wm.startupprofile"
	tests := []struct {
		in   []string
		want Features
		out  string
	}{
		{nil, 0, ""},
		{[]string{rtsp}, 1<<8 - 1, rtsp},
		{[]string{http}, FeatureSrvPPair | FeatureSSwitch | FeaturePredStrm | FeatureFastCache | FeatureStartupProfile, http},
		{[]string{"com.microsoft.wm.predstrm,com.microsoft.wm.eosmsg", "COM.MICROSOFT.WM.SSWITCH"}, FeatureSSwitch | FeatureEOSMsg | FeaturePredStrm,
			"com.microsoft.wm.sswitch, com.microsoft.wm.eosmsg, com.microsoft.wm.predstrm"},
		{[]string{"predstrm, com.microsoft.wm.", "com.microsoft.xx.sswitch"}, 0, ""},
	}
	for _, test := range tests {
		got := ParseFeatures(test.in...)
		if got != test.want || got.String() != test.out {
			t.Errorf("%q: %v, want %v", test.in, got, test.out)
		}
	}
	some := FeaturePredStrm | FeatureSSwitch
	if !some.Has(FeaturePredStrm) || some.Has(FeaturePredStrm|FeatureFastCache) {
		t.Error("Has is wrong")
	}
}
