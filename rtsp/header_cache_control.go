package rtsp

import (
	"strconv"
	"strings"

	"caracal/internal/head"
)

// Directives is a set of those directives of Cache-Control that have no value,
// [MS-RTSP] 2.2.6.2.
type Directives uint8

const (
	DirectiveNoCache         Directives = 1 << iota // 2.2.6.2.3
	DirectiveNoStore                                // 2.2.6.2.4
	DirectiveNoUserCache                            // 2.2.6.2.5
	DirectivePrivate                                // 2.2.6.2.6
	DirectivePublic                                 // 2.2.6.2.8
	DirectiveMustRevalidate                         // 2.2.6.2.2
	DirectiveProxyRevalidate                        // 2.2.6.2.7
	DirectiveProxySplit                             // 2.2.6.2.11
)

var directiveNames = [...]struct {
	bit  Directives
	name string
}{
	{DirectiveNoCache, "no-cache"},
	{DirectiveNoStore, "no-store"},
	{DirectiveNoUserCache, "no-user-cache"},
	{DirectivePrivate, "private"},
	{DirectivePublic, "public"},
	{DirectiveMustRevalidate, "must-revalidate"},
	{DirectiveProxyRevalidate, "proxy-revalidate"},
	{DirectiveProxySplit, "x-wms-proxy-split"},
}

// CacheControl is the Cache-Control header, [MS-RTSP] 2.2.6.2.
type CacheControl struct {
	Directives  Directives
	MaxAge      uint32 // s
	HasMaxAge   bool
	ContentSize uint64   // x-wms-content-size, bytes; 0 for none
	Events      []string // x-wms-event-subscription: "remote-log"
	StreamTypes []string // x-wms-stream-type: "broadcast", "playlist"
}

// MaxDirectiveValues is the most values that one directive lists.
const MaxDirectiveValues = 16

// ParseCacheControl reads the header's values. It never fails: unknown
// directives and unusable values are left out.
func ParseCacheControl(values ...string) CacheControl {
	var c CacheControl
	for _, v := range values {
		for v != "" {
			end := listItemEnd(v, ',')
			c.parseDirective(v[:end])
			v = v[min(end+1, len(v)):]
		}
	}
	return c
}

func (c *CacheControl) parseDirective(s string) {
	name, value, _ := strings.Cut(strings.TrimSpace(s), "=")
	switch strings.ToLower(name) {
	case "max-age":
		if n, ok := ParseNumber(value); ok {
			c.MaxAge, c.HasMaxAge = n, true
		}
		return
	case "x-wms-content-size":
		if n, ok := head.ParseDigits(value); ok {
			c.ContentSize = uint64(n)
		}
		return
	case "x-wms-event-subscription":
		c.Events = directiveList(value)
		return
	case "x-wms-stream-type":
		c.StreamTypes = directiveList(value)
		return
	}
	for _, known := range directiveNames {
		if strings.EqualFold(name, known.name) {
			c.Directives |= known.bit
		}
	}
}

func directiveList(s string) []string {
	var list []string
	for item := range head.List(strings.ReplaceAll(s, `"`, "")) {
		if len(list) < MaxDirectiveValues {
			list = append(list, item)
		}
	}
	return list
}

// Append appends the header's value.
func (c CacheControl) Append(b []byte) []byte {
	start := len(b)
	for _, known := range directiveNames {
		if c.Directives&known.bit != 0 {
			b = append(appendComma(b, start), known.name...)
		}
	}
	if c.HasMaxAge {
		b = append(appendComma(b, start), "max-age="...)
		b = strconv.AppendUint(b, uint64(c.MaxAge), 10)
	}
	if c.ContentSize > 0 {
		b = append(appendComma(b, start), "x-wms-content-size="...)
		b = strconv.AppendUint(b, c.ContentSize, 10)
	}
	if len(c.Events) > 0 {
		b = append(appendComma(b, start), `x-wms-event-subscription="`...)
		b = append(append(b, strings.Join(c.Events, ",")...), '"')
	}
	if len(c.StreamTypes) > 0 {
		b = append(appendComma(b, start), `x-wms-stream-type="`...)
		b = append(append(b, strings.Join(c.StreamTypes, ",")...), '"')
	}
	return b
}

// appendComma separates an item from one before it.
func appendComma(b []byte, start int) []byte {
	if len(b) > start {
		b = append(b, ", "...)
	}
	return b
}

func (c CacheControl) String() string { return string(c.Append(nil)) }
