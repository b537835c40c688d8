package config

import (
	"path/filepath"
	"strings"
	"time"
)

// Insert says what is broadcast in between: advertisements, an announcement.
type Insert struct {
	List  string        `yaml:"list"`  // file, folder or playlist, relative to the configuration file; "" is nothing
	Every time.Duration `yaml:"every"` // 0: when somebody orders it
	How   string        `yaml:"how"`   // see HowAfter
}

// What becomes of an item when something is inserted.
const (
	HowAfter = "after" // it plays to its end first
	HowPause = "pause" // it goes on behind, where it was
	HowLeave = "leave" // the next one follows
)

func defaultInsert() Insert { return Insert{How: HowAfter} }

// The bounds of what is inserted, and of what falls back.
const (
	minEvery = 10 * time.Second
	maxEvery = 7 * 24 * time.Hour
	minAfter = time.Second
	maxAfter = time.Hour
)

func (k *checker) program(key string, b *Broadcast) {
	kind, _ := SplitSource(b.Source)
	if isOdd(b.Fallback) {
		k.fail(key+".fallback", "is too long, or has control characters")
	}
	if b.Fallback != "" && (kind == SourceLoop || kind == SourcePlaylist) {
		k.fail(key+".fallback", "%s does not drop: fallback is for push, pull and ffmpeg", kind)
	}
	k.duration(key+".fallback_after", b.FallbackAfter, minAfter, maxAfter)
	in := &b.Insert
	if isOdd(in.List) {
		k.fail(key+".insert.list", "is too long, or has control characters")
	}
	if in.Every != 0 {
		k.duration(key+".insert.every", in.Every, minEvery, maxEvery)
		if in.List == "" {
			k.fail(key+".insert.list", "say what is inserted, such as list: ./ads")
		}
	}
	switch in.How {
	case HowAfter, HowPause, HowLeave:
	default:
		k.fail(key+".insert.how", "%q is none of after (the item that plays ends first), pause (it goes on behind) and leave", in.How)
	}
}

// isOdd says whether a text cannot be the name of content.
func isOdd(s string) bool {
	return len(s) > maxSource || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7F })
}

// placePrograms makes the paths of what programs play absolute.
func (c *Config) placePrograms(absolute func(string) string) {
	if c.State != "" {
		c.State = absolute(c.State)
	}
	for i := range c.Points {
		b := &c.Points[i].Broadcast
		for _, path := range []*string{&b.Fallback, &b.Insert.List} {
			*path = strings.TrimPrefix(*path, SourceLoop+":")
			if *path != "" {
				*path = filepath.Clean(absolute(*path))
			}
		}
	}
}
