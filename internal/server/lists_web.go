package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"caracal/internal/credential"
	"caracal/internal/playlist"
	"caracal/internal/playlist/markup"
	"caracal/internal/playlist/metafile"
	"caracal/internal/playlist/wsx"
	"caracal/internal/point"
)

// maxWebRedirects is how often a web server may send elsewhere, on the same host.
const maxWebRedirects = 5

var errNotSameHost = errors.New("the web server sends to another host")

// web fetches a list that a web server makes, httpd://. Each player gets one of its
// own. Its names mean what they would in the list that names it, but it starts no
// program and fetches no further list.
func (ls *lists) web(ctx context.Context, b *book, where string) (playlist.Found, error) {
	if !b.trusted.Load() || b.web {
		return playlist.Found{}, errNotTrustedWeb
	}
	text, err := ls.fetch(ctx, where)
	if err != nil {
		return playlist.Found{}, err
	}
	d, err := readWeb(text)
	if err != nil {
		return playlist.Found{}, fmt.Errorf("%w: %w", point.ErrNotMedia, err)
	}
	made := &book{root: b.root, name: b.name, web: true}
	return playlist.Found{List: playlist.New(d, playlist.Options{
		Name: shownURL(where), Bus: &ls.server.bus,
		Open: func(ctx context.Context, src wsx.Source) (playlist.Found, error) { return ls.find(ctx, made, src) },
	})}, nil
}

// fetch reads what is at a URL, if it is no larger than a list may be.
func (ls *lists) fetch(ctx context.Context, where string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, where, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("User-Agent", ls.server.name)
	base := &http.Transport{MaxConnsPerHost: 1}
	defer base.CloseIdleConnections()
	answer, err := ls.browser(base).Do(r)
	if err != nil {
		return nil, withoutURL(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%w: the web server answers %s", point.ErrNotFound, answer.Status)
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, markup.MaxBytes+1))
	if err == nil && len(text) > markup.MaxBytes {
		err = fmt.Errorf("%w: the list is larger than %d bytes", point.ErrNotMedia, markup.MaxBytes)
	}
	return text, err
}

// browser stays on the host that the list names, and asks no proxy.
func (ls *lists) browser(base *http.Transport) *http.Client {
	return &http.Client{
		Transport: &credential.Transport{Book: &ls.server.credentials, Base: base},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > maxWebRedirects || r.URL.Host != via[0].URL.Host || r.URL.Scheme != via[0].URL.Scheme {
				return errNotSameHost
			}
			return nil
		},
	}
}

// readWeb reads a list of any format; its name says nothing.
func readWeb(text []byte) (*wsx.Document, error) {
	l, format, err := metafile.Parse("", text)
	if format == metafile.WSX || format == metafile.Unknown {
		return wsx.Parse(text)
	}
	if err != nil {
		return nil, err
	}
	d, _ := l.WSX()
	return d, nil
}

// shownURL is a URL for people: without a password.
func shownURL(where string) string {
	u, err := url.Parse(where)
	if err != nil {
		return "a URL that cannot be read"
	}
	return u.Redacted()
}

// withoutURL takes the URL out of an error: a list names it with its password.
func withoutURL(err error) error {
	if wrong := (*url.Error)(nil); errors.As(err, &wrong) {
		return wrong.Err
	}
	return err
}

// pushed opens a point that an encoder pushes to.
func (ls *lists) pushed(ctx context.Context, name string) (playlist.Found, error) {
	name = strings.Trim(name, "/")
	if name == "" || name == "*" {
		return playlist.Found{}, errNotPush
	}
	b, err := ls.server.broadcast(name)
	if err != nil || b.fed.feeder != nil {
		return playlist.Found{}, fmt.Errorf("%w: no point %q has the source push", point.ErrNotFound, name)
	}
	return ls.server.found(ctx, name)
}

// pointOf is the point of this server that a name such as /news means; false if it
// means none. The point without a name is none: names below it are files.
func (ls *lists) pointOf(where string) (name string, ok bool) {
	name, ok = strings.CutPrefix(strings.TrimRight(where, "/"), "/")
	if !ok || name == "" {
		return "", false
	}
	p, _, err := ls.server.points.Lookup(name)
	return name, err == nil && p.Name != ""
}

func (ls *lists) isPoint(where string) bool {
	_, ok := ls.pointOf(where)
	return ok
}
