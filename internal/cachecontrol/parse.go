package cachecontrol

import (
	"math"
	"strings"

	"caracal/internal/head"
)

// ParseHTTP reads the header of a response over HTTP. There no-cache begins every
// header, so that other caches keep away, [MS-WMSP] 2.2.1.1: it says nothing about
// the content. must-revalidate is for proxies too.
func ParseHTTP(values ...string) Control {
	c := Parse(values...)
	c.Directives &^= NoCache
	if c.Has(MustRevalidate) {
		c.Directives |= ProxyRevalidate
	}
	return c
}

// ParseRTSP reads the header of a response over RTSP. There who may cache is told
// by whom to ask whether content is fresh, [MS-RTSP] 3.1.5.2; must-revalidate is
// for players, proxy-revalidate for proxies, 2.2.6.2.2 and .7.
func ParseRTSP(values ...string) Control {
	c := Parse(values...)
	c.Directives &^= UserPublic | ProxyPublic
	if c.Has(MustRevalidate) && c.Directives&(NoCache|NoUserCache) == 0 {
		c.Directives |= UserPublic
	}
	if c.Has(ProxyRevalidate) && c.Directives&(NoCache|Private) == 0 {
		c.Directives |= ProxyPublic
	}
	return c
}

// Parse reads what String writes, every directive as it stands. It never fails:
// unknown directives and unusable values are left out.
func Parse(values ...string) Control {
	var c Control
	for _, v := range values {
		for v != "" {
			end := head.ItemEnd(v, ',')
			c.directive(v[:end])
			v = v[min(end+1, len(v)):]
		}
	}
	return c
}

func (c *Control) directive(s string) {
	name, value, _ := strings.Cut(strings.TrimSpace(s), "=")
	value = strings.Trim(value, " \t\"")
	switch strings.ToLower(strings.TrimRight(name, " \t")) {
	case "max-age":
		if n, ok := head.ParseDigits(value); ok {
			c.MaxAge, c.HasMaxAge = uint32(min(n, math.MaxUint32)), true
		}
	case "x-wms-content-size":
		if n, ok := head.ParseDigits(value); ok {
			c.ContentSize = uint64(n)
		}
	case "x-wms-event-subscription":
		c.Events = list(value)
	case "x-wms-stream-type":
		c.StreamTypes = list(value)
	default:
		for _, known := range names {
			if strings.EqualFold(name, known.name) {
				c.Directives |= known.bit
			}
		}
	}
}

func list(s string) []string {
	var values []string
	for item := range head.List(s) {
		if len(values) < MaxValues && len(item) <= maxName && head.IsToken(item) {
			values = append(values, item)
		}
	}
	return values
}
