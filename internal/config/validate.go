package config

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"caracal/internal/redact"
)

// checker gathers what is wrong with values.
type checker struct {
	where    map[string]place
	problems Problems
}

// Validate checks every value. The error is Problems.
func (c *Config) Validate() error {
	k := &checker{where: c.where}
	if c.Version != Version {
		k.fail("version", "this Caracal reads version %d, the file has %d: use the Caracal that it was written for",
			Version, c.Version)
	}
	k.http(&c.HTTP)
	k.rtsp(&c.RTSP)
	k.mms(&c.MMS)
	k.admin(&c.Admin)
	k.console(&c.Console)
	k.tls(c)
	k.apart(c)
	k.server(&c.Server)
	k.sessions(&c.Sessions)
	k.limits(&c.Limits)
	k.pointLimits(c.Points)
	k.cache(&c.Cache)
	k.access(c)
	k.points(c.Points)
	for i := range c.Points {
		p := &c.Points[i]
		k.rules(fmt.Sprintf("points[%d].", i), &p.Auth, &p.Access, c.Data != "", p.Broadcast.Key != "")
	}
	k.onDemand("on_demand", &c.OnDemand)
	k.log(&c.Log)
	k.hooks(c.Hooks)
	k.reload(&c.Reload)
	k.credentials(c.Credentials)
	if why := badName(c.Default); why != "" {
		k.fail("default", "%q %s", c.Default, why)
	}
	return k.problems.err()
}

// fail reports a key, without the secrets of what it quotes; its place is where it, or
// what it is part of, was given.
func (k *checker) fail(key, format string, args ...any) {
	at, ok := k.where[key]
	for up := key; !ok && up != ""; at, ok = k.where[up] {
		up = up[:max(strings.LastIndexAny(up, ".["), 0)]
	}
	k.problems = append(k.problems, Problem{at.file, at.line, key, redact.Text(fmt.Sprintf(format, args...))})
}

func (k *checker) duration(key string, d, least, most time.Duration) {
	if d < least || d > most {
		k.fail(key, "%v is not between %v and %v", d, least, most)
	}
}

func (k *checker) number(key string, n, least, most int) {
	if n < least || n > most {
		k.fail(key, "%d is not between %d and %d", n, least, most)
	}
}

func (k *checker) oneOf(key, value string, of ...string) {
	if !slices.Contains(of, value) {
		k.fail(key, "%q is not one of %s", value, strings.Join(of, ", "))
	}
}

func (k *checker) sessions(s *Sessions) {
	k.number("sessions.max", s.Max, 0, maxCount)
	k.number("sessions.max_per_address", s.MaxPerAddress, 0, maxCount)
	k.duration("sessions.idle_timeout", s.IdleTimeout, time.Second, 24*time.Hour)
}

func (k *checker) cache(c *Cache) {
	const least, most = 1 << 20, 1 << 50
	if c.Memory < least || c.Memory > most {
		k.fail("cache.memory", "%v is not between %v and %v", c.Memory, Size(least), Size(most))
	}
}

func (k *checker) log(l *Log) {
	k.oneOf("log.level", l.Level, "debug", "info", "warn", "error")
	k.oneOf("log.format", l.Format, "text", "json")
	k.logAccess(&l.Access)
}
