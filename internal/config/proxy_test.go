package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestProxy(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "c.yaml")
	text := "points:\n- {name: a, proxy: {origin: 'http://o/films', linger: 5s, cache: {folder: ./c, size: 1GiB, max_content: 2MiB, lifetime: 0s}}}\n" +
		"- {name: '', proxy: {origin: 'rtspt://u:p@o:8554'}}\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := Load(file)
	if err != nil {
		t.Fatal(err)
	}
	want := Proxy{
		Origin: "http://o/films", Linger: 5 * time.Second,
		Cache: ProxyCache{Folder: filepath.Join(dir, "c"), Size: 1 << 30, MaxContent: 2 << 20},
	}
	if got := c.Points[0].Proxy; got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	want = DefaultProxy()
	want.Origin = "rtspt://u:p@o:8554"
	if got := c.Points[1].Proxy; got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestProxyProblems(t *testing.T) {
	tests := []struct{ text, want string }{
		{"{name: a, path: b, proxy: {origin: 'http://o/'}}", "points[0].proxy: a point has a proxy"},
		{"{name: a, redirect: 'mms://b/c', proxy: {origin: 'http://o/'}}", "points[0].proxy: a point has a proxy"},
		{"{name: a, broadcast: {source: push}, proxy: {origin: 'http://o/'}}", "points[0].proxy: a point has a proxy"},
		{"{name: a, proxy: {origin: 'mmst://o/'}}", "points[0].proxy.origin"},
		{"{name: a, proxy: {origin: 'films'}}", "points[0].proxy.origin"},
		{"{name: a, proxy: {origin: 'http://o/?a=b'}}", "points[0].proxy.origin"},
		{"{name: a, proxy: {origin: 'http://o/', linger: 0s}}", "points[0].proxy.linger"},
		{"{name: a, proxy: {origin: 'http://o/', cache: {size: 1KiB}}}", "points[0].proxy.cache.size"},
		{"{name: a, proxy: {origin: 'http://o/', cache: {max_content: 0}}}", "points[0].proxy.cache.max_content"},
		{"{name: a, proxy: {origin: 'http://o/', cache: {lifetime: -1s}}}", "points[0].proxy.cache.lifetime"},
		{"{name: a, proxy: {origin: 'http://o/', cache: {folder: \"a\\0\"}}}", "points[0].proxy.cache.folder"},
		{"{name: a, proxy: {origin: 'http://o/', cache: {folder: c}}}\n- {name: b, proxy: {origin: 'http://o/', cache: {folder: ./c/}}}",
			"points[1].proxy.cache.folder: \"./c/\" is the cache of point 1 too"},
	}
	for _, tt := range tests {
		_, err := Parse("c.yaml", []byte("points:\n- "+tt.text+"\n"))
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Count(err.Error(), "\n") > 0 {
			t.Errorf("%s: %v, want %s", tt.text, err, tt.want)
		}
	}
}
