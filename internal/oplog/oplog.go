// Package oplog is the operator's log: text or JSON, without secrets, with a level that
// can be changed while the server runs.
package oplog

import (
	"errors"
	"fmt"
	"io"
	"log/slog"

	"caracal/internal/redact"
)

// ErrNotOurs says that a logger's level cannot be changed here: New has not made it.
var ErrNotOurs = errors.New("oplog: not a logger with a level to be changed")

// Handler writes what slog hands it. What With and WithGroup make of it shares its level.
type Handler struct {
	slog.Handler
	level *slog.LevelVar
}

// New returns a logger. An unknown level is info, any format but json is text.
func New(w io.Writer, level, format string) *slog.Logger {
	h := &Handler{level: &slog.LevelVar{}}
	if l, err := parseLevel(level); err == nil {
		h.level.Set(l)
	}
	opt := &slog.HandlerOptions{Level: h.level, ReplaceAttr: replace}
	if format == "json" {
		h.Handler = slog.NewJSONHandler(w, opt)
	} else {
		h.Handler = slog.NewTextHandler(w, opt)
	}
	return slog.New(h)
}

// WithAttrs implements slog.Handler.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &Handler{h.Handler.WithAttrs(attrs), h.level}
}

// WithGroup implements slog.Handler.
func (h *Handler) WithGroup(name string) slog.Handler {
	return &Handler{h.Handler.WithGroup(name), h.level}
}

// SetLevel has a logger of New, and all that came of it, write from a level on: debug,
// info, warn or error.
func SetLevel(log *slog.Logger, level string) error {
	h, ok := log.Handler().(*Handler)
	if !ok {
		return ErrNotOurs
	}
	l, err := parseLevel(level)
	if err != nil {
		return err
	}
	h.level.Set(l)
	return nil
}

// Level is the level of a logger of New, "" of any other.
func Level(log *slog.Logger) string {
	h, ok := log.Handler().(*Handler)
	if !ok {
		return ""
	}
	for name, l := range levels {
		if l == h.level.Level() {
			return name
		}
	}
	return ""
}

var levels = map[string]slog.Level{
	"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
}

func parseLevel(s string) (slog.Level, error) {
	l, ok := levels[s]
	if !ok {
		return 0, fmt.Errorf("oplog: %q is not one of debug, info, warn, error", s)
	}
	return l, nil
}

// replace takes secrets out of what is written. What is neither text nor number is
// written as text, since only that can be looked through.
func replace(_ []string, a slog.Attr) slog.Attr {
	if redact.Key(a.Key) {
		return slog.String(a.Key, redact.Mark)
	}
	switch a.Value.Kind() {
	case slog.KindString:
		return slog.String(a.Key, redact.Text(a.Value.String()))
	case slog.KindAny:
		switch v := a.Value.Any().(type) {
		case nil, slog.Level, *slog.Source:
			return a
		case error:
			return slog.String(a.Key, redact.Text(v.Error()))
		case []byte:
			return slog.String(a.Key, redact.Text(string(v)))
		default:
			return slog.String(a.Key, redact.Text(fmt.Sprint(v)))
		}
	}
	return a
}
