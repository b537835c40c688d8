package mms

import (
	"fmt"
	"strings"
	"unicode"
)

// Text returns the statistics under the names of [MS-WMLOG] 2.1, a line for each
// field that says something; times are in seconds, as there. What is not text in
// a player's strings is shown as "_".
func (m *Logging) Text() string {
	var b strings.Builder
	put := func(name string, v any) {
		if text := printable(fmt.Sprint(v)); text != "" && text != "-" {
			fmt.Fprintf(&b, "%s=%s\n", name, text)
		}
	}
	m.Info.put(put)
	put("c-dns", m.ComputerDNS)
	put("c-os", m.OS)
	put("c-osversion", m.OSVersion)
	put("c-cpu", m.CPU)
	put("protocol", m.Proto)
	put("transport", m.Transport)
	put("c-pkts-lost-net", m.PacketsLostNet)
	put("c-pkts-lost-cont-net", m.PacketsLostContNet)
	put("c-resendreqs", m.ResendRequests)
	put("c-pkts-recovered-resent", m.PacketsRecoveredResent)
	return b.String()
}

func (l *LogInfo) put(put func(name string, v any)) {
	put("cs-url", l.URL)
	put("c-channelURL", l.ChannelURL)
	put("cs(User-Agent)", l.UserAgent)
	put("cs(Referer)", l.HostingWebPage)
	put("c-playerversion", l.ClientVersion)
	put("c-playerlanguage", l.Lang)
	put("c-playerid", l.UniquePID)
	put("c-hostexe", l.HostExe)
	put("c-hostexever", l.HostExeVer)
	put("filelength", l.FileDuration/1000)
	put("filesize", l.FileSize)
	put("avgbandwidth", l.AvgBandwidth)
	put("audiocodec", l.AudioCodec)
	put("videocodec", l.VideoCodec)
	put("c-starttime", l.StartTime/1000)
	put("x-duration", l.Played/1000)
	put("c-rate", l.Rate)
	put("c-buffercount", l.BufferingCount)
	put("c-totalbuffertime", l.BufferingTime/1000)
	put("c-bytes", l.BytesReceived)
	put("c-pkts-received", l.PacketsReceived)
	put("c-pkts-lost-client", l.PacketsLostClient)
	put("c-pkts-recovered-ECC", l.PacketsRecoveredECC)
	put("c-quality", l.MinReceptionQuality)
	put("x-hresult", l.HR)
}

// String is the version as logs have it, "9.0.0.2980".
func (v Version) String() string {
	p := v.Parts()
	return fmt.Sprintf("%d.%d.%d.%d", p[0], p[1], p[2], p[3])
}

// printable keeps a log of lines one of lines, whatever a player says.
func printable(s string) string {
	return strings.Map(func(c rune) rune {
		if c == unicode.ReplacementChar || !unicode.IsPrint(c) {
			return '_'
		}
		return c
	}, s)
}
