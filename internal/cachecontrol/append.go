package cachecontrol

import (
	"strconv"
	"strings"
)

// HTTP is the header's value in a response over HTTP, [MS-WMSP] 2.2.1.1. What only
// RTSP knows is said in other words: who may not cache is not permitted to.
func (c Control) HTTP() string {
	d := c.Directives
	if d&NoCache != 0 {
		d &^= Public | UserPublic | ProxyPublic | MustRevalidate | ProxyRevalidate
	}
	if d&NoUserCache != 0 {
		if d&Public != 0 && d&Private == 0 {
			d |= ProxyPublic
		}
		d &^= Public | UserPublic | MustRevalidate
	}
	c.Directives = d&^NoUserCache | NoCache
	return c.String()
}

// RTSP is the header's value in a response over RTSP, [MS-RTSP] 2.2.6.2. Who may
// cache there is told to ask whether the content is fresh; if nobody may, that is
// no-cache, 3.2.5.2.
func (c Control) RTSP() string {
	d := c.Directives
	users := d&UserPublic != 0 || d&Public != 0 && d&Private == 0
	proxies := d&ProxyPublic != 0 || d&Public != 0 && d&Private == 0
	d &^= UserPublic | ProxyPublic
	switch {
	case d&NoCache != 0 || !users && !proxies:
		d = d&^(Public|MustRevalidate|ProxyRevalidate|NoUserCache) | NoCache
	case d&Public != 0 && d&Private == 0: // says all, with those who have to ask
	case users && proxies:
		d = d&^(Private|Public) | MustRevalidate | ProxyRevalidate
	case users:
		d = d&^(Public|ProxyRevalidate) | Private | MustRevalidate
	default:
		d = d&^(Private|Public|MustRevalidate) | NoUserCache | ProxyRevalidate
	}
	c.Directives = d
	return c.String()
}

// Append appends every directive as it stands. Parse reads it.
func (c Control) Append(b []byte) []byte {
	start := len(b)
	item := func(s string) {
		if len(b) > start {
			b = append(b, ", "...)
		}
		b = append(b, s...)
	}
	if c.Has(NoCache) {
		item(names[0].name)
	}
	if c.ContentSize > 0 {
		item("x-wms-content-size=")
		b = strconv.AppendUint(b, c.ContentSize, 10)
	}
	if c.HasMaxAge {
		item("max-age=")
		b = strconv.AppendUint(b, uint64(c.MaxAge), 10)
	}
	if len(c.StreamTypes) > 0 {
		item(`x-wms-stream-type="` + strings.Join(c.StreamTypes, ",") + `"`)
	}
	for _, known := range names[1:] {
		if c.Has(known.bit) {
			item(known.name)
		}
	}
	if len(c.Events) > 0 {
		item(`x-wms-event-subscription="` + strings.Join(c.Events, ",") + `"`)
	}
	return b
}

func (c Control) String() string { return string(c.Append(nil)) }
