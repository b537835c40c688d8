package config

import (
	"reflect"
	"strings"
)

// Effect is when another value of a key counts that a reload has found.
type Effect string

// The effects, from the least to the greatest.
const (
	Live     Effect = "live"   // at once; nobody notices who need not
	AtPoint  Effect = "point"  // at once, and what brings the point its content is started anew
	AtServer Effect = "server" // when the server is started anew
)

// effects are those of sections and keys; the longest that a key begins with counts.
// docs/configuration.md has a row for each.
var effects = map[string]Effect{
	"version":               AtServer,
	"http":                  AtServer,
	"http.public_host":      Live,
	"http.auth":             Live,
	"http.access":           Live,
	"rtsp":                  AtServer,
	"rtsp.auth":             Live,
	"rtsp.access":           Live,
	"mms":                   AtServer,
	"mms.auth":              Live,
	"mms.access":            Live,
	"server":                AtServer,
	"server.persona":        Live,
	"server.persona_space":  Live,
	"server.shutdown_grace": Live,
	"sessions":              Live,
	"sessions.idle_timeout": AtServer,
	"limits":                Live,
	"cache.memory":          Live,
	"default":               Live,
	"on_demand":             Live,
	"ffmpeg":                AtServer,
	"log.level":             Live,
	"log.format":            AtServer,
	"log.access":            AtServer,
	"log.access.points":     Live,
	"admin":                 Live,
	"admin.address":         AtServer,
	"admin.tls":             AtServer,
	"console":               AtServer,
	"hooks":                 Live,
	"state":                 AtServer,
	"data":                  AtServer,
	"auth":                  Live,
	"access":                Live,
	"ntlm":                  AtServer,
	"kerberos":              AtServer,
	"trusted_proxies":       AtServer,
	"outgoing":              AtServer,
	"reload":                Live,
	"credentials":           Live,

	"points":                      Live,
	"points.proxy":                AtPoint,
	"points.broadcast":            AtPoint,
	"points.broadcast.batch":      Live,
	"points.broadcast.fast_start": AtPoint,
	"points.broadcast.publishers": Live,
	"points.broadcast.key":        Live,
	"points.broadcast.push":       Live,
}

// EffectOf is the effect of a key such as http.address, or points.path for that of any
// point. A key that there is not has none.
func EffectOf(key string) Effect {
	for k := key; ; k = k[:max(strings.LastIndexAny(k, "."), 0)] {
		if e, ok := effects[k]; ok || k == "" {
			return e
		}
	}
}

// Keeping returns what is in force when a configuration is read while the server runs with
// another one: its own values where they count at once, those of before in the others.
func (c *Config) Keeping(before *Config) *Config {
	with := *c
	keep(reflect.ValueOf(&with).Elem(), reflect.ValueOf(before).Elem(), "")
	return &with
}

func keep(v, before reflect.Value, path string) {
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag.Get("yaml")
		if tag == "" {
			continue
		}
		key := join(path, tag)
		switch {
		case v.Field(i).Kind() == reflect.Struct:
			keep(v.Field(i), before.Field(i), key)
		case EffectOf(key) == AtServer:
			v.Field(i).Set(before.Field(i))
		}
	}
}
