package wmlog

import (
	"net/netip"
	"testing"
)

func TestTexts(t *testing.T) {
	at := netip.MustParseAddrPort
	for got, want := range map[string]string{
		versionOf("NSPlayer/9.0.0.2980 WMFSDK/9.0"):            "9.0.0.2980",
		versionOf("a NSPlayer/7.1"):                            "7.1",
		versionOf("Lavf59"):                                    "",
		braced("7E667F5D-A661-495E-A512-F55686DDA178"):         "{7E667F5D-A661-495E-A512-F55686DDA178}",
		braced("{1}"):                                          "{1}",
		stemOf("http://h/a/b?c=/d"):                            "/a/b",
		stemOf("asfm://239.0.0.1:9"):                           "/",
		hostOf("http", at("192.0.2.1:80")):                     "192.0.2.1",
		hostOf("http", at("192.0.2.1:8080")):                   "192.0.2.1:8080",
		hostOf("mms", at("[2001:db8::1]:1755")):                "[2001:db8::1]",
		hostOf("rtsp", at("[fe80::1%eth0]:8554")):              "[fe80::1]:8554",
		statusOf(0x80070002) + statusOf(503):                   "404503",
		statusOf(7) + statusOf(0x80070057):                     "500400",
		cleanWord("A http://ada:s3cret@h/", longText):          "A_http://ada:xxxxx@h/",
		cleanLink("http://ada:s3cret@h/?key=s3&a=b", longText): "http://h/?key=xxxxx&a=b",
		cleanLink("http://h/http://ada:s3cret@h/", longText):   "http://h/http://ada:xxxxx@h/",
		protocolOf("http-plain") + protocolOf("msb"):           "httpasfm",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
