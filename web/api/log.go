package api

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The bounds of what is kept of the log.
const (
	keptEntries   = 5000
	maxAttributes = 50
	maxLogText    = 1024 // bytes of a message or a value
)

// LogEntry is an entry of the operator's log.
type LogEntry struct {
	Number     uint64            `json:"number"`
	Time       time.Time         `json:"time"`
	Level      string            `json:"level"`
	Message    string            `json:"message"`
	Attributes map[string]string `json:"attributes"`

	level slog.Level
}

// Log keeps the latest entries of the operator's log.
type Log struct {
	tail  *tail[LogEntry]
	clean func(string) string // takes secrets out
}

// NewLog returns a log that keeps nothing yet. clean takes secrets out of what it keeps.
func NewLog(clean func(string) string) *Log { return &Log{newTail[LogEntry](keptEntries), clean} }

// Handler keeps what goes to another handler, at the levels that that one takes.
func (l *Log) Handler(to slog.Handler) slog.Handler { return &logHandler{Handler: to, log: l} }

// logHandler is a slog.Handler beside another.
type logHandler struct {
	slog.Handler
	log    *Log
	with   []slog.Attr // their keys with the groups
	groups string      // with a dot behind each
}

// Handle keeps an entry and hands it on.
func (h *logHandler) Handle(ctx context.Context, r slog.Record) error {
	e := LogEntry{
		Time: r.Time.UTC(), Level: levelName(r.Level), Message: shorten(h.log.clean(r.Message)), Attributes: map[string]string{}, level: r.Level,
	}
	for _, a := range h.with {
		e.put("", a, h.log.clean)
	}
	r.Attrs(func(a slog.Attr) bool {
		e.put(h.groups, a, h.log.clean)
		return true
	})
	h.log.tail.add(func(n uint64) LogEntry {
		e.Number = n
		return e
	})
	return h.Handler.Handle(ctx, r)
}

func (e *LogEntry) put(groups string, a slog.Attr, clean func(string) string) {
	v := a.Value.Resolve()
	if v.Kind() == slog.KindGroup {
		for _, in := range v.Group() {
			e.put(groups+a.Key+".", in, clean)
		}
		return
	}
	if len(e.Attributes) < maxAttributes {
		e.Attributes[groups+a.Key] = shorten(clean(v.String()))
	}
}

func shorten(s string) string { return strings.ToValidUTF8(s[:min(len(s), maxLogText)], "\uFFFD") }

// WithAttrs is that of slog.Handler.
func (h *logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	c := *h
	c.Handler, c.with = h.Handler.WithAttrs(attrs), h.with[:len(h.with):len(h.with)]
	for _, a := range attrs {
		a.Key = h.groups + a.Key
		c.with = append(c.with, a)
	}
	return &c
}

// WithGroup is that of slog.Handler.
func (h *logHandler) WithGroup(name string) slog.Handler {
	c := *h
	c.Handler = h.Handler.WithGroup(name)
	if name != "" {
		c.groups += name + "."
	}
	return &c
}

var logLevels = map[string]slog.Level{
	"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
}

func levelName(l slog.Level) string {
	switch {
	case l >= slog.LevelError:
		return "error"
	case l >= slog.LevelWarn:
		return "warn"
	case l >= slog.LevelInfo:
		return "info"
	}
	return "debug"
}

// logFilter is what the query wants of the log.
func (c *call) logFilter() (func(LogEntry) bool, error) {
	q := c.r.URL.Query()
	least, known := logLevels[q.Get("level")]
	if !known && q.Get("level") != "" {
		return nil, Errorf(http.StatusBadRequest, "level is debug, info, warn or error, not %q", q.Get("level"))
	}
	text, name := strings.ToLower(q.Get("q")), q.Get("point")
	return func(e LogEntry) bool {
		return (!known || e.level >= least) && (name == "" || e.isAbout(name)) && e.has(text)
	}, nil
}

// isAbout says whether an entry is about a point or what a player asked for below it.
func (e *LogEntry) isAbout(name string) bool {
	if e.Attributes["point"] == name {
		return true
	}
	target := strings.Trim(e.Attributes["target"], "/")
	return target == name || strings.HasPrefix(target, name+"/")
}

// has says whether an entry has a text, in lower case, somewhere.
func (e *LogEntry) has(text string) bool {
	if strings.Contains(strings.ToLower(e.Message), text) {
		return true
	}
	for _, v := range e.Attributes {
		if strings.Contains(strings.ToLower(v), text) {
			return true
		}
	}
	return false
}

func (c *call) getLog() (reply, error) {
	most, err := c.limit()
	if err != nil {
		return reply{}, err
	}
	keep, err := c.logFilter()
	if err != nil {
		return reply{}, err
	}
	var after uint64
	text := c.r.URL.Query().Get("after")
	if after, err = strconv.ParseUint(text, 10, 64); err != nil && text != "" {
		return reply{}, Errorf(http.StatusBadRequest, "after is the number of an entry, not %q", text)
	}
	all, _, _ := c.Log.tail.after(after)
	entries := []LogEntry{}
	for _, e := range all {
		if keep(e) {
			entries = append(entries, e)
		}
	}
	entries = entries[max(0, len(entries)-most):]
	return reply{body: logEntries{entries}}, nil
}

func (c *call) followLog() error {
	keep, err := c.logFilter()
	if err != nil {
		return err
	}
	return follow(c, c.Log.tail, func(e LogEntry) (uint64, string) {
		if !keep(e) {
			return e.Number, ""
		}
		return e.Number, "log"
	})
}
