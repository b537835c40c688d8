package wmlog

import (
	"encoding/json"
	"strconv"
	"time"
)

// appendJSON writes one line as an object: "time" when it began, "event", and the
// fields of the W3C format that are known, numbers as numbers, with what that format
// has no columns for.
func (o *Options) appendJSON(b []byte, e *entry) []byte {
	b = append(b, `{"time":"`...)
	b = e.time.In(o.zone()).AppendFormat(b, time.RFC3339)
	b = append(b, `","end":"`...)
	b = append(e.end.In(o.zone()).AppendFormat(b, time.RFC3339), '"')
	b = appendMember(b, "event", e.about)
	if e.point.Known {
		b = appendMember(b, "point", cleanText("/"+e.point.Point, longText))
	}
	b = appendMember(b, "proto", e.who.Protocol)
	for f, v := range e.values {
		switch f := Field(f); {
		case v == "" || f == Date || f == Time:
		case isCount(f, v):
			b = append(append(appendName(b, f.String()), ':'), v...)
		default:
			b = appendMember(b, f.String(), v)
		}
	}
	if e.about == ofPlay || e.about == ofSilent {
		b = append(append(b, `,"late":`...), count(e.late)...)
		b = append(append(b, `,"skipped":`...), count(e.skipped)...)
	}
	b = appendMember(b, "reason", cleanText(e.reason, longText))
	b = appendMember(b, "via", cleanText(e.who.Via, longText))
	if e.report != nil {
		b = appendMember(b, "log", e.report.Kind.String())
		b = appendItems(b, e.report.Items)
	}
	return append(b, '}', '\n')
}

// isCount says whether a value is written as a number. JSON knows none with zeros
// before it.
func isCount(f Field, v string) bool {
	switch specs[f].kind {
	case number, status:
		return v == "0" || v[0] != '0'
	case rate:
		_, err := strconv.ParseFloat(v, 64)
		return err == nil
	}
	return false
}

func appendItems(b []byte, items []Item) []byte {
	if len(items) == 0 {
		return b
	}
	b = append(b, `,"more":[`...)
	for i, it := range items {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"name":`...)
		b = append(appendString(b, it.Name), `,"value":`...)
		b = append(appendString(b, it.Value), '}')
	}
	return append(b, ']')
}

// appendMember leaves out what is empty.
func appendMember(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	return appendString(append(appendName(b, name), ':'), value)
}

func appendName(b []byte, name string) []byte { return appendString(append(b, ','), name) }

func appendString(b []byte, s string) []byte {
	text, err := json.Marshal(s)
	if err != nil { // of no string
		return append(b, `""`...)
	}
	return append(b, text...)
}
