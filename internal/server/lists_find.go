package server

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"caracal/internal/playlist"
	"caracal/internal/playlist/wsx"
	"caracal/internal/point"
	"caracal/internal/source"
)

// What a list cannot play.
var (
	errUnknownSource = errors.New("is not a source that is known")
	errNotPush       = errors.New("make a point whose source is push, and write push:NAME")
	errNotTrustedWeb = errors.New("lists that web servers make are fetched only for lists that the configuration names")
	errNotTrusted    = errors.New("FFmpeg runs only for lists that the configuration names as a point")
)

// find opens what a src of a list leads to.
func (ls *lists) find(ctx context.Context, b *book, src wsx.Source) (playlist.Found, error) {
	switch src.Kind {
	case wsx.FromFile:
		return ls.file(ctx, b, src.Where)
	case wsx.FromFolder:
		return ls.folder(ctx, b, src.Where, src.Pattern)
	case wsx.FromPoint:
		return ls.server.found(ctx, src.Where)
	case wsx.FromURL:
		return ls.pulls.open(ctx, src.Where, func() (source.Feeder, error) {
			p, err := source.NewPull(src.Where)
			if err == nil {
				p.Own, p.TLS, p.Credentials = ls.server.listensAt, ls.server.outgoing, &ls.server.credentials
			}
			return p, err
		})
	case wsx.FromFFmpeg:
		return ls.ffmpeg(ctx, b, src.Where)
	case wsx.FromPush:
		return ls.pushed(ctx, src.Where)
	case wsx.FromWeb:
		return ls.web(ctx, b, src.Where)
	}
	return playlist.Found{}, errUnknownSource
}

// file opens a file, a list or a folder that a list names.
func (ls *lists) file(ctx context.Context, b *book, where string) (playlist.Found, error) {
	if where == "" {
		return playlist.Found{}, point.ErrNotFound
	}
	root, name, err := ls.locate(b, where)
	if err != nil {
		if name, ok := ls.pointOf(where); ok {
			return ls.server.found(ctx, name)
		}
		return playlist.Found{}, err
	}
	if err := ls.mayPlayFile(ctx, b, root, name); err != nil {
		return playlist.Found{}, err
	}
	name, info, err := root.folder.Find(name)
	switch {
	case err != nil:
		return playlist.Found{}, err
	case info.IsDir():
		return ls.folder(ctx, b, where, "*")
	case isListFile(name):
		l, err := ls.open(root, name, false)
		return playlist.Found{List: l}, err
	case source.IsStill(name):
		return ls.stills.open(ctx, ls.server.cache, root, name)
	}
	e, err := root.folder.Open(ctx, name)
	return playlist.Found{Entry: e}, err
}

// folder lists the files of a folder that a list names.
func (ls *lists) folder(ctx context.Context, b *book, where, pattern string) (playlist.Found, error) {
	root, name, err := ls.locate(b, where)
	if err == nil {
		err = ls.mayPlayFile(ctx, b, root, name)
	}
	if err == nil {
		name, _, err = root.folder.Find(name)
	}
	if err != nil {
		return playlist.Found{}, err
	}
	names, err := root.folder.Files(name, pattern)
	found := playlist.Found{Folder: make([]wsx.Source, len(names))}
	for i, n := range names {
		found.Folder[i] = wsx.Source{Where: filepath.Join(root.dir, filepath.FromSlash(n))}
	}
	return found, err
}

// ffmpeg plays what FFmpeg makes of something.
func (ls *lists) ffmpeg(ctx context.Context, b *book, input string) (playlist.Found, error) {
	if !b.trusted.Load() {
		return playlist.Found{}, errNotTrusted
	}
	isFile := input != "test" && input != "test:" && !strings.HasPrefix(input, "device:") && !strings.Contains(input, "://")
	if isFile {
		root, name, err := ls.locate(b, input)
		if err != nil {
			return playlist.Found{}, err
		}
		if name, _, err = root.folder.Find(name); err != nil { // a link that leads out is none
			return playlist.Found{}, err
		}
		input = filepath.Join(root.dir, filepath.FromSlash(name))
	}
	return ls.pulls.open(ctx, "ffmpeg:"+input, func() (source.Feeder, error) {
		return source.NewEncoder(source.EncoderOptions{Program: ls.server.cfg.FFmpeg.Path, Input: input, Log: ls.server.log})
	})
}

// listed is content that is a list, or has lists in it.
type listed interface {
	// listOf returns the list under a name below the point; nil if it is none.
	listOf(name string) (*playlist.List, error)
}

// found opens what is published under a name, for a list.
func (s *Server) found(ctx context.Context, name string) (playlist.Found, error) {
	p, rest, err := s.points.Lookup(name)
	if err != nil {
		return playlist.Found{}, err
	}
	if p.Redirect != "" {
		return playlist.Found{}, fmt.Errorf("%w: this point sends players elsewhere", point.ErrNotFound)
	}
	if err := mayPlay(ctx, p, name); err != nil {
		return playlist.Found{}, err
	}
	return openFound(ctx, p.Opener, rest)
}

// openFound opens content, or the list that it is.
func openFound(ctx context.Context, o point.Opener, name string) (playlist.Found, error) {
	if r, ok := o.(rootContent); ok {
		if isReserved(name) {
			return playlist.Found{}, point.ErrNotFound
		}
		o = r.content
	}
	if w, ok := o.(*wrapped); ok {
		o = w.content
	}
	if l, ok := o.(listed); ok {
		if list, err := l.listOf(name); list != nil || err != nil {
			return playlist.Found{List: list}, err
		}
	}
	e, err := o.Open(ctx, name)
	return playlist.Found{Entry: e}, err
}
