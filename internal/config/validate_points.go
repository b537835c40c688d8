package config

import (
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	maxPoints = 10000
	maxAccel  = 1_000_000_000 // bits a second

	maxRedirect = 2048 // bytes of a URL
)

// MaxName is the longest name of a point, bytes.
const MaxName = 255

// Reserved is the name below which the server answers for itself.
const Reserved = ".caracal"

func (k *checker) points(points []Point) {
	if len(points) > maxPoints {
		k.fail("points", "%d points, at most %d are allowed: publish folders instead of files", len(points), maxPoints)
		return
	}
	seen := map[string]int{}
	for i := range points {
		p := &points[i]
		key := fmt.Sprintf("points[%d]", i)
		if why := badName(p.Name); why != "" {
			k.fail(key+".name", "%q %s", p.Name, why)
		}
		if first, twice := seen[p.Name]; twice {
			k.fail(key+".name", "%q is the name of point %d too: give one of them another name", p.Name, first+1)
		} else {
			seen[p.Name] = i
		}
		k.target(key, p)
		k.useProxy(key+".use_proxy", p)
		k.onDemand(key+".on_demand", &p.OnDemand)
		k.broadcast(key+".broadcast", &p.Broadcast)
		k.proxy(key+".proxy", &p.Proxy)
		k.accessLog(key, p.AccessLog)
	}
	k.caches(points, func(i int) string { return fmt.Sprintf("points[%d]", i) })
	k.groups(points)
	k.msbdGroups(points)
}

// target checks what a point leads to: content, a broadcast or another server.
func (k *checker) target(key string, p *Point) {
	if p.Wrapper != "" && p.Path == "" && p.Broadcast.Source == "" {
		k.fail(key+".wrapper", "a wrapper is around what a path leads to or a broadcast, and this point has neither")
	}
	switch {
	case p.Proxy.Origin != "":
		if p.Path != "" || p.Redirect != "" || p.Broadcast.Source != "" {
			k.fail(key+".proxy", "a point has a proxy, a broadcast, a path or a redirect, and one of them only")
		}
	case p.Broadcast.Source != "":
		if p.Path != "" || p.Redirect != "" {
			k.fail(key+".broadcast", "a point has a broadcast, a path or a redirect, and one of them only")
		}
		if p.Name == "" {
			k.fail(key+".broadcast", "a broadcast needs a name")
		}
	case p.Redirect == "":
		if p.Path == "" || strings.ContainsRune(p.Path, 0) {
			k.fail(key+".path", "give the folder or file that is published, such as path: ./films")
		}
	case p.Path != "":
		k.fail(key+".redirect", "a point has a path or a redirect, not both")
	case p.Name == "":
		k.fail(key+".redirect", "a point that leads elsewhere needs a name")
	default:
		u, err := url.Parse(p.Redirect)
		if err != nil || u.Host == "" || u.Scheme == "" || len(p.Redirect) > maxRedirect {
			k.fail(key+".redirect", "%q is not a URL such as mms://other.example/film.wmv", p.Redirect)
		}
	}
}

// badName says why a name cannot stand in a URL.
func badName(name string) string {
	if len(name) > MaxName || !utf8.ValidString(name) {
		return "is too long, or not UTF-8"
	}
	for _, r := range name {
		if r < ' ' || r >= 0x7F && r < 0xA0 || r == '\\' {
			return "has a backslash or a control character: write names with slashes"
		}
	}
	for i, segment := range strings.Split(name, "/") {
		switch {
		case name == "":
		case segment == "" || segment == "." || segment == "..":
			return `is not a name: write it without "/" at the ends and without "." or ".." between`
		case i == 0 && segment == Reserved:
			return "is where the server answers for itself: choose another name"
		}
	}
	return ""
}

func (k *checker) onDemand(key string, o *OnDemand) {
	k.duration(key+".batch", o.Batch, 0, 10*time.Second)
	if !(o.Speed == 0 || o.Speed >= 0.1 && o.Speed <= 1000) {
		k.fail(key+".speed", "%v is not 0 (as fast as the connection takes it) or between 0.1 and 1000", o.Speed)
	}
	if !(o.MaxSpeed >= 1 && o.MaxSpeed <= 1000) {
		k.fail(key+".max_speed", "%v is not between 1 and 1000", o.MaxSpeed)
	}
	k.number(key+".max_accel_bandwidth", o.MaxAccelBandwidth, 0, maxAccel)
	k.duration(key+".max_accel_duration", o.MaxAccelDuration, 0, 10*time.Minute)
	k.duration(key+".burst", o.Burst, 0, 10*time.Minute)
}
