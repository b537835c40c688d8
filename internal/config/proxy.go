package config

import (
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Proxy says which server's content a point publishes, and what is kept of it.
type Proxy struct {
	Origin string        `yaml:"origin"` // URL of what stands for the point there; "" is no proxy
	Linger time.Duration `yaml:"linger"` // that a broadcast goes on without players
	Cache  ProxyCache    `yaml:"cache"`
}

// ProxyCache says where a proxy keeps what it may keep.
type ProxyCache struct {
	Folder     string        `yaml:"folder"` // relative to the configuration file; "" keeps nothing
	Size       Size          `yaml:"size"`   // of all files
	MaxContent Size          `yaml:"max_content"`
	Lifetime   time.Duration `yaml:"lifetime"` // of content whose origin does not say how long it is good
}

// DefaultProxy is a proxy of which nothing is said but its origin.
func DefaultProxy() Proxy {
	return Proxy{
		Linger: 30 * time.Second,
		Cache:  ProxyCache{Size: 10 << 30, MaxContent: 4 << 30, Lifetime: time.Hour},
	}
}

// The bounds of a proxy.
const (
	minProxySize   = 1 << 20
	maxProxySize   = 1 << 50
	maxProxyOrigin = 2048 // bytes of a URL
)

func (k *checker) proxy(key string, p *Proxy) {
	if p.Origin == "" {
		return
	}
	u, err := url.Parse(p.Origin)
	if err != nil || u.Host == "" || len(p.Origin) > maxProxyOrigin || u.RawQuery != "" ||
		!slices.Contains([]string{"http", "https", "mms", "mmsh", "rtsp", "rtspt", "rtsps"}, strings.ToLower(u.Scheme)) {
		k.fail(key+".origin", "%q is no URL of another server, such as http://origin.example:8080/films or rtsp://origin.example/films", p.Origin)
	}
	k.duration(key+".linger", p.Linger, time.Second, time.Hour)
	c := &p.Cache
	if strings.ContainsRune(c.Folder, 0) {
		k.fail(key+".cache.folder", "%q is not the name of a folder", c.Folder)
	}
	for _, x := range []struct {
		key  string
		size Size
	}{{".cache.size", c.Size}, {".cache.max_content", c.MaxContent}} {
		if x.size < minProxySize || x.size > maxProxySize {
			k.fail(key+x.key, "%v is not between %v and %v", x.size, Size(minProxySize), Size(maxProxySize))
		}
	}
	k.duration(key+".cache.lifetime", c.Lifetime, 0, 365*24*time.Hour)
}

// caches checks that no two points keep their files in the same folder: each
// removes what is not its own.
func (k *checker) caches(points []Point, keyOf func(int) string) {
	seen := map[string]int{}
	for i := range points {
		p := &points[i].Proxy
		if p.Origin == "" || p.Cache.Folder == "" {
			continue
		}
		folder := filepath.Clean(p.Cache.Folder)
		if first, twice := seen[folder]; twice {
			k.fail(keyOf(i)+".proxy.cache.folder", "%q is the cache of point %d too: each needs a folder of its own", p.Cache.Folder, first+1)
		}
		seen[folder] = i
	}
}
