package mms

import "testing"

// The statistics are text, a line for each field, and stay so whatever a
// player has written into its strings.
func TestLoggingText(t *testing.T) {
	m := Logging{
		Info: LogInfo{
			URL: "mms://h/a b.wmv\nc-ip=forged", ClientVersion: 9<<48 | 2980, Lang: "-", HostExe: "wmplayer.exe\xff",
			FileDuration: 61_999, StartTime: 2000, Played: 59_000, Rate: -5, BytesReceived: 1 << 40, HR: EFail,
		},
		OS: "Windows_98", Transport: "UDP", ResendRequests: 7,
	}
	const want = "cs-url=mms://h/a b.wmv_c-ip=forged\nc-playerversion=9.0.0.2980\nc-hostexe=wmplayer.exe_\nc-hostexever=0.0.0.0\n" +
		"filelength=61\nfilesize=0\navgbandwidth=0\nc-starttime=2\nx-duration=59\nc-rate=-5\nc-buffercount=0\n" +
		"c-totalbuffertime=0\nc-bytes=1099511627776\nc-pkts-received=0\nc-pkts-lost-client=0\nc-pkts-recovered-ECC=0\n" +
		"c-quality=0\nx-hresult=0x80004005\nc-os=Windows_98\nc-osversion=0.0.0.0\ntransport=UDP\nc-pkts-lost-net=0\n" +
		"c-pkts-lost-cont-net=0\nc-resendreqs=7\nc-pkts-recovered-resent=0\n"
	if got := m.Text(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
