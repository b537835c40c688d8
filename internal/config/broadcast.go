package config

import (
	"net/netip"
	"strings"
	"time"
)

// Broadcast says where the content of a broadcast point comes from, and how it
// is sent.
type Broadcast struct {
	Source     string        `yaml:"source"`     // see SplitSource; "" is no broadcast
	Profile    string        `yaml:"profile"`    // of SourceFFmpeg; "" is a usual one
	Publishers []string      `yaml:"publishers"` // addresses and networks that may push
	Key        string        `yaml:"key"`        // that others may push with; "" is none
	Batch      time.Duration `yaml:"batch"`
	FastStart  time.Duration `yaml:"fast_start"` // what is sent at once to who joins
	Keep       time.Duration `yaml:"keep"`       // for players that are slow
	Memory     Size          `yaml:"memory"`     // the same, at most
	Linger     time.Duration `yaml:"linger"`     // that players wait when the source has gone
	Push       Push          `yaml:"push"`
	Multicast  Multicast     `yaml:"multicast"`
	Archive    Archive       `yaml:"archive"`
	MSBD       MSBD          `yaml:"msbd"`
	Pull       Pull          `yaml:"pull"`
	Commands   bool          `yaml:"commands"` // what has no script command stream is given one

	Fallback      string        `yaml:"fallback"`       // file, folder or playlist while the source brings nothing; "" is none
	FallbackAfter time.Duration `yaml:"fallback_after"` // without a packet
	Insert        Insert        `yaml:"insert"`
}

// DefaultBroadcast is a broadcast of which nothing is said but its source.
func DefaultBroadcast() Broadcast {
	return Broadcast{
		Batch: 180 * time.Millisecond, FastStart: 5 * time.Second,
		Keep: 30 * time.Second, Memory: 64 << 20, Linger: 10 * time.Second,
		Push:      defaultPush(),
		Multicast: DefaultMulticast(),
		Archive:   defaultArchive(),
		MSBD:      DefaultMSBD(),

		FallbackAfter: 5 * time.Second,
		Insert:        defaultInsert(),
	}
}

const (
	maxPublishers = 1000
	minKey        = 8 // bytes
	maxKey        = 256
)

// Networks returns the networks of Publishers; a single address is one.
func (b *Broadcast) Networks() ([]netip.Prefix, error) { return networks(b.Publishers) }

func network(text string) (netip.Prefix, error) {
	if strings.Contains(text, "/") {
		return netip.ParsePrefix(text)
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, err
	}
	return netip.PrefixFrom(a, a.BitLen()), nil
}

func (k *checker) broadcast(key string, b *Broadcast) {
	if b.Source == "" {
		return
	}
	k.source(key, b)
	if len(b.Publishers) > maxPublishers {
		k.fail(key+".publishers", "%d addresses, at most %d are allowed: write networks", len(b.Publishers), maxPublishers)
	}
	if _, err := b.Networks(); err != nil {
		k.fail(key+".publishers", "%v: write addresses such as 192.0.2.7, or networks such as 192.0.2.0/24", err)
	}
	if n := len(b.Key); n > 0 && (n < minKey || n > maxKey) {
		k.fail(key+".key", "has %d characters: use %d to %d", n, minKey, maxKey)
	}
	k.duration(key+".batch", b.Batch, 0, 10*time.Second)
	k.duration(key+".fast_start", b.FastStart, 0, time.Minute)
	k.duration(key+".keep", b.Keep, 10*time.Second, time.Hour)
	if b.Memory < 1<<20 || b.Memory > 16<<30 {
		k.fail(key+".memory", "%v is not between 1MiB and 16GiB", b.Memory)
	}
	k.duration(key+".linger", b.Linger, time.Second, time.Hour)
	k.push(key+".push", &b.Push)
	k.pull(key+".pull", b)
	k.multicast(key+".multicast", &b.Multicast)
	k.archive(key+".archive", b)
	k.msbd(key+".msbd", &b.MSBD)
	k.program(key, b)
}
