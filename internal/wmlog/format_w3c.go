package wmlog

import (
	"strconv"
	"strings"
	"time"
)

const (
	dayLayout    = "2006-01-02"
	clockLayout  = "15:04:05"
	momentLayout = dayLayout + " " + clockLayout
	endDate      = "#EndDate: " // is corrected when the file is closed
	fieldsLine   = "#Fields:"
)

// global is what Windows Media Services call the log of the whole server.
const global = "[Global]"

// appendHeader writes the head of a file, in the order of Windows Media Services.
// Date is what readers of the W3C format look for.
func (o *Options) appendHeader(b []byte, point string, now time.Time) []byte {
	moment := now.In(o.zone()).Format(momentLayout)
	put := func(name, value string) {
		b = append(b, '#')
		b = append(append(b, name...), ": "...)
		b = append(append(b, cleanText(value, longLink)...), '\n')
	}
	put("StartDate", moment)
	put("EndDate", moment)
	put("TimeFormat", o.timeFormat(now))
	put("EncodingFormat", o.encoding())
	put("ServerName", o.Server)
	var ips []string
	for _, a := range o.Addresses {
		ips = append(ips, a.String())
	}
	put("ServerIP", strings.Join(ips, ", "))
	put("Software", o.Software)
	put("Version", o.Version)
	put("PublishingPoint", point)
	put("Date", moment)
	b = append(b, fieldsLine...)
	for f := range fieldCount {
		b = append(append(b, ' '), f.String()...)
	}
	return append(b, '\n')
}

// timeFormat says how many minutes local time is before UTC.
func (o *Options) timeFormat(now time.Time) string {
	if !o.Local {
		return "UTC"
	}
	_, east := now.In(o.zone()).Zone()
	return "Local(" + strconv.Itoa(-east/60) + ")"
}

func (o *Options) encoding() string {
	if o.CodePage {
		return "ANSI"
	}
	return "UTF-8"
}

// appendW3C writes one line; what is bad is only remarked upon.
func (o *Options) appendW3C(b []byte, e *entry) []byte {
	if e.about == ofBad {
		b = append(b, "#Remark: "...)
		b = append(b, e.end.In(o.zone()).Format(momentLayout)...)
		b = append(append(b, " a log from "...), e.values[ClientIP]...)
		return append(append(append(b, " cannot be read: "...), cleanText(e.reason, longText)...), '\n')
	}
	for f, v := range e.values {
		if f > 0 {
			b = append(b, ' ')
		}
		if v == "" {
			v = none
		}
		b = o.appendText(b, v)
	}
	return append(b, '\n')
}

// appendText writes a value in the encoding of the file.
func (o *Options) appendText(b []byte, s string) []byte {
	if !o.CodePage {
		return append(b, s...)
	}
	for _, c := range s {
		b = append(b, ansi(c))
	}
	return b
}

// upperANSI are the characters 0x80 to 0x9F of Windows-1252; it has none where a
// space stands.
const upperANSI = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ"

// ansi is a character in Windows-1252, "?" if it is not there.
func ansi(c rune) byte {
	if c < 0x80 || c >= 0xA0 && c <= 0xFF {
		return byte(c)
	}
	at := byte(0x80)
	for _, u := range upperANSI {
		if u == c {
			return at
		}
		at++
	}
	return '?'
}
