package server

import (
	"strings"

	"caracal/internal/config"
)

// part is what has to be made anew of a point whose keys have other values.
type part uint8

const (
	asRules    part = 1 << iota // what holds for all points together: rules, limits, logs
	asOptions                   // how it is sent
	asMaterial                  // what an on-demand point has
	asSource                    // what brings a broadcast its content
	asGroup                     // where it is a multicast
	asMSBD
	asWhole
)

// pointParts are the parts of the keys of points; the longest that a key begins with
// counts. config.EffectOf tells the operator the same in other words.
var pointParts = map[string]part{
	"name": 0, // another name is another point

	"path": asMaterial, "wrapper": asMaterial, "redirect": asMaterial,
	"use_proxy": asOptions, "on_demand": asOptions,
	"access_log": asRules, "auth": asRules, "access": asRules, "limits": asRules,
	"proxy": asWhole,

	"broadcast":            asSource,
	"broadcast.batch":      asOptions | asGroup,
	"broadcast.fast_start": asOptions | asSource,
	"broadcast.publishers": asRules,
	"broadcast.key":        asRules,
	"broadcast.push":       asOptions,
	"broadcast.multicast":  asGroup,
	"broadcast.msbd":       asMSBD,
	"broadcast.archive":    asWhole,
}

func partOf(key string) part {
	for k := key; ; k = k[:max(strings.LastIndexByte(k, '.'), 0)] {
		if p, ok := pointParts[k]; ok || k == "" {
			return p
		}
	}
}

// partsOf is what has to be made anew for a point to be another one of its name.
func partsOf(was, is *config.Point) part {
	if sortOf(was) != sortOf(is) {
		return asWhole
	}
	var parts part
	for _, key := range was.Differing(is) {
		section, _, _ := strings.Cut(key, ".")
		if (section == "broadcast" || section == "proxy") && section != sortOf(is) {
			continue // it means nothing
		}
		parts |= partOf(key)
	}
	return parts
}

// sortOf tells points apart that have nothing in common.
func sortOf(p *config.Point) string {
	switch {
	case p.Broadcast.Source != "":
		return "broadcast"
	case p.Proxy.Origin != "":
		return "proxy"
	}
	return ""
}
