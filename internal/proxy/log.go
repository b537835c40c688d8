package proxy

import (
	"encoding/xml"
	"net/netip"
	"strings"
	"time"
)

// maxLog is the longest log that is read, bytes.
const maxLog = 64 << 10

// The fields of a log, [MS-WMLOG] 2.2.2, in the order in which a summary of 52 has
// them, as a rendering log does.
var logFields = [...]string{
	"c-ip", "date", "time", "c-dns", "cs-uri-stem", "c-starttime", "x-duration", "c-rate", "c-status", "c-playerid",
	"c-playerversion", "c-playerlanguage", "cs-User-Agent", "cs-Referer", "c-hostexe", "c-hostexever", "c-os", "c-osversion",
	"c-cpu", "filelength", "filesize", "avgbandwidth", "protocol", "transport", "audiocodec", "videocodec", "c-channelURL", "sc-bytes",
	"c-bytes", "s-pkts-sent", "c-pkts-received", "c-pkts-lost-client", "c-pkts-lost-net", "c-pkts-lost-cont-net", "c-resendreqs",
	"c-pkts-recovered-ECC", "c-pkts-recovered-resent", "c-buffercount", "c-totalbuffertime", "c-quality", "s-ip", "s-dns",
	"s-totalclients", "s-cpu-util", "cs-user-name", "s-session-id", "s-content-path", "cs-url", "cs-media-name", "c-max-bandwidth",
	"cs-media-role", "s-proxied",
}

// How many fields the forms of a summary have, 2.2.1: those up to s-cpu-util, and
// three behind them in the newer form.
const (
	fieldsPlain = 44
	fieldsMedia = 47
)

var mediaFields = [...]string{"cs-url", "cs-media-name", "cs-media-role"}

// logEntry is a log of any form.
type logEntry struct {
	fields map[string]string
	more   []string // elements of the XML that are no fields, as they came
}

// known gives the name of a field as logFields has it; "" for none.
func knownField(name string) string {
	switch name {
	case "cs(User-Agent)":
		return "cs-User-Agent"
	case "cs(Referer)":
		return "cs-Referer"
	}
	for _, f := range logFields {
		if f == name {
			return f
		}
	}
	return ""
}

// parseLog reads a log: XML, the values of the fields in order with spaces between
// them, or a line for each field with its name.
func parseLog(text string) (*logEntry, bool) {
	if len(text) > maxLog {
		return nil, false
	}
	text = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), "MX_STATS_LogLine:"))
	l := &logEntry{fields: map[string]string{}}
	switch {
	case strings.HasPrefix(text, "<"):
		return l, l.parseXML(text)
	case strings.Contains(text, "\n"):
		for line := range strings.Lines(text) {
			name, value, _ := strings.Cut(line, "=")
			l.set(knownField(strings.TrimSpace(name)), value)
		}
		return l, len(l.fields) > 0
	}
	return l, l.parseSummary(strings.Fields(text))
}

func (l *logEntry) set(name, value string) {
	if value = strings.TrimSpace(value); name != "" && value != "" && value != "-" {
		l.fields[name] = value
	}
}

func (l *logEntry) parseSummary(values []string) bool {
	switch len(values) {
	case fieldsPlain, fieldsMedia:
		for i, v := range values[:fieldsPlain] {
			l.set(logFields[i], v)
		}
		for i, v := range values[fieldsPlain:] {
			l.set(mediaFields[i], v)
		}
	case len(logFields):
		for i, v := range values {
			l.set(logFields[i], v)
		}
	default:
		return false
	}
	return true
}

// parseXML takes the elements below the root. What only the summary says is taken
// from there.
func (l *logEntry) parseXML(text string) bool {
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = false
	depth, summary := 0, ""
	for {
		before := d.InputOffset()
		token, err := d.Token()
		if err != nil {
			return false
		}
		switch t := token.(type) {
		case xml.StartElement:
			if depth++; depth == 1 {
				continue
			}
			var inner struct {
				Text string `xml:",chardata"`
			}
			if d.DecodeElement(&inner, &t) != nil {
				return false
			}
			depth--
			switch name := knownField(t.Name.Local); {
			case name != "":
				l.set(name, inner.Text)
			case t.Name.Local == "Summary":
				summary = inner.Text
			default:
				l.more = append(l.more, text[before:d.InputOffset()])
			}
		case xml.EndElement:
			own := l.fields
			l.fields = map[string]string{}
			l.parseSummary(strings.Fields(summary))
			for name, value := range own {
				l.fields[name] = value
			}
			return len(own) > 0
		}
	}
}

// notRendered are the fields of which a rendering log says nothing, 2.7.1.
var notRendered = [...]string{
	"avgbandwidth", "c-buffercount", "c-pkts-lost-client", "c-pkts-lost-cont-net", "c-pkts-lost-net", "c-pkts-received",
	"c-pkts-recovered-ECC", "c-pkts-recovered-resent", "c-resendreqs", "c-totalbuffertime", "transport",
}

// forward makes a log the rendering log that goes to the origin: of the player
// from, through a proxy with the address own, 2.1.8, 2.1.43 and 2.1.45.
func (l *logEntry) forward(from, own netip.Addr, url string, now time.Time) {
	f := l.fields
	for _, name := range notRendered {
		delete(f, name)
	}
	f["protocol"], f["c-quality"] = "Cache", "100"
	if _, err := netip.ParseAddr(f["c-ip"]); f["s-proxied"] != "1" || err != nil || f["c-ip"] == "0.0.0.0" {
		f["c-ip"] = from.Unmap().WithZone("").String()
	}
	f["s-proxied"], f["s-ip"] = "1", "-"
	if own.IsValid() {
		f["s-ip"] = own.Unmap().WithZone("").String()
	}
	now = now.UTC()
	for name, value := range map[string]string{
		"date": now.Format("2006-01-02"), "time": now.Format("15:04:05"),
		"c-status": "200", "c-rate": "1", "c-starttime": "0", "cs-uri-stem": url, "cs-url": url,
	} {
		if f[name] == "" {
			f[name] = value
		}
	}
}

// xml writes the log, [MS-WMLOG] 2.4.
func (l *logEntry) xml() string {
	var b strings.Builder
	b.WriteString("<XML><Summary>")
	for i, name := range logFields {
		if i > 0 {
			b.WriteByte(' ')
		}
		escape(&b, strings.Join(strings.Fields(l.value(name)), "_"))
	}
	b.WriteString("</Summary>")
	for _, name := range logFields[:fieldsPlain] {
		l.element(&b, name)
	}
	l.element(&b, "cs-url")
	for _, raw := range l.more {
		b.WriteString(raw)
	}
	b.WriteString("</XML>")
	return b.String()
}

func (l *logEntry) value(name string) string {
	if v := l.fields[name]; v != "" {
		return v
	}
	return "-"
}

func (l *logEntry) element(b *strings.Builder, name string) {
	b.WriteString("<" + name + ">")
	escape(b, l.value(name))
	b.WriteString("</" + name + ">")
}

func escape(b *strings.Builder, s string) {
	_ = xml.EscapeText(b, []byte(s)) // a Builder takes everything
}
