// Package console is the web console: a page that shows and orders what the admin API
// (web/api) has. What is served is bundled from web/ui and committed; nothing of it
// comes from another server.
package console

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"path"
	"strings"
)

//go:generate go -C ../../tools/webbuild run .

//go:embed bundle
var bundle embed.FS

// policy lets a page have scripts, styles, pictures, media and answers of this server,
// and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// How long browsers keep an answer: what has its version in its address never changes,
// all else is asked for again.
const (
	forEver = "public, max-age=31536000, immutable"
	recheck = "no-cache"
)

// asset is one file of the bundle.
type asset struct {
	content []byte
	kind    string // Content-Type
	version string
}

// Handler serves the console at the root of a listener and in any folder that is
// stripped of a request's path.
type Handler struct {
	assets map[string]*asset // by path, without the slash
}

// New returns the console.
func New() (*Handler, error) {
	files, err := bundle.ReadDir("bundle")
	if err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	h := &Handler{assets: map[string]*asset{}}
	for _, f := range files {
		b, err := bundle.ReadFile("bundle/" + f.Name())
		if err != nil {
			return nil, fmt.Errorf("console: %w", err)
		}
		h.assets[f.Name()] = newAsset(f.Name(), b)
	}
	page, ok := h.assets["index.html"]
	if !ok {
		return nil, errors.New("console: the bundle has no index.html, which go generate makes")
	}
	h.assets[""] = h.versioned(page)
	delete(h.assets, "index.html")
	return h, nil
}

func newAsset(name string, content []byte) *asset {
	sum := sha256.Sum256(content)
	return &asset{content: content, kind: kind(name), version: hex.EncodeToString(sum[:8])}
}

// kind is the Content-Type of a name; the system's table may have others.
func kind(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	return mime.TypeByExtension(path.Ext(name))
}

// versioned writes the version of each file behind its name in the page.
func (h *Handler) versioned(page *asset) *asset {
	text := page.content
	for name, a := range h.assets {
		text = bytes.ReplaceAll(text, []byte(`"`+name+`"`), []byte(`"`+name+"?v="+a.version+`"`))
	}
	return newAsset("index.html", text)
}

// Has says whether a path, without the slash at its beginning, is one of the console's.
func (h *Handler) Has(path string) bool { return h.assets[path] != nil }

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Set("Content-Security-Policy", policy)
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("X-Frame-Options", "DENY")
	head.Set("Referrer-Policy", "no-referrer")
	head.Set("Cross-Origin-Opener-Policy", "same-origin")
	head.Set("Cross-Origin-Resource-Policy", "same-origin")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		head.Set("Allow", "GET, HEAD")
		http.Error(w, "the console is asked for with GET", http.StatusMethodNotAllowed)
		return
	}
	a := h.assets[strings.TrimPrefix(r.URL.Path, "/")]
	if a == nil {
		head.Set("Cache-Control", "no-store")
		http.Error(w, "the console has no such page: it begins at /", http.StatusNotFound)
		return
	}
	a.serve(w, r)
}

func (a *asset) serve(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Set("Content-Type", a.kind)
	head.Set("ETag", `"`+a.version+`"`)
	head.Set("Cache-Control", recheck)
	if r.URL.Query().Get("v") == a.version {
		head.Set("Cache-Control", forEver)
	}
	if strings.Contains(r.Header.Get("If-None-Match"), `"`+a.version+`"`) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	head.Set("Content-Length", fmt.Sprint(len(a.content)))
	if r.Method == http.MethodGet {
		w.Write(a.content)
	}
}
