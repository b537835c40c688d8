package metrics

import "testing"

func TestFamilies(t *testing.T) {
	for agent, want := range map[string]string{
		"": unknown, "NSPlayer/12.0.7601.17514 WMFSDK/12.0": "wmp11", "NSPlayer/9.0.0.2980; {guid}": "wmp9",
		"NSPlayer/4.1.0.3928": "wmp6", "NSPlayer/7.1": "wmp6", "NSPlayer/": "wmp", "Windows-Media-Player/11.0.5721.5145": "wmp11",
		"NSPlayer/4.1.0.3856": "ffmpeg", "NSPlayer/7.0.0.1956": "libmms", "NSPlayer/7.10.0.3059": "vlc",
		"Lavf/59.27.100": "ffmpeg", "LibVLC/3.0.18 (LIVE555)": "vlc", "GStreamer/1.22.0": "gstreamer", "MPlayer/1.5": "mplayer",
		"WMPlayer/9.0.0.1 (Xbox)": "xbox", "NSPlayer/9.0 (Windows CE)": "mobile", "NSServer/9.1": "server",
		"WMCacheProxy/9.1": "server", "curl/8.1": "curl", "Mozilla/5.0 (X11)": "browser", "Caracal/1": "caracal", "x": other,
	} {
		if got := familyOf(agent); got != want {
			t.Errorf("%q is %s, want %s", agent, got, want)
		}
	}
}

func TestClasses(t *testing.T) {
	hresult := uint32(0xC00D000F)
	for status, want := range map[int]string{
		404: "not_found", 503: "unavailable", 453: "limit", 401: "unauthorized", int(hresult): "limit", int(int32(hresult)): "limit", 0: other, 200: other,
	} {
		if got := classOf(status); got != want {
			t.Errorf("%d is %s, want %s", status, got, want)
		}
	}
}
