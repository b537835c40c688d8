package metafile

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"caracal/internal/playlist/markup"
	"caracal/internal/playlist/wsx"
)

// readPLS reads [playlist] with File1, Title1, Length1 and so on.
func (l *List) readPLS(text string) error {
	entries := map[int]*Entry{}
	of := func(n int) *Entry {
		if entries[n] == nil {
			entries[n] = &Entry{}
		}
		return entries[n]
	}
	said, files, saidAt := -1, 0, start
	for at, line := range lines(text) {
		key, v, found := strings.Cut(line, "=")
		key, v = strings.TrimSpace(key), strings.TrimSpace(v)
		if n, ok := numbered(key, "file"); ok && v != "" {
			of(n).Refs, of(n).Pos = []Ref{{v, at}}, at
			files++
		} else if n, ok := numbered(key, "title"); ok {
			of(n).Title = oneLine(v)
		} else if n, ok := numbered(key, "length"); ok {
			of(n).Length = l.plsLength(at, v)
		} else if equalFold(key, "numberofentries") {
			said, saidAt = plsNumber(v), at
		} else if !found && !strings.HasPrefix(line, "[") && !strings.HasPrefix(line, ";") {
			l.warn(at, BadLine, "this line means nothing here", "File1=http://host/film.wmv")
		}
		if len(entries) > MaxEntries {
			return &markup.Error{Pos: at, What: fmt.Sprintf("more than %d entries", MaxEntries), Err: markup.ErrLimit}
		}
	}
	if said >= 0 && said != files {
		l.warn(saidAt, BadLine, fmt.Sprintf("there are %d files, and not %d", files, said), fmt.Sprintf("NumberOfEntries=%d", files))
	}
	for _, n := range slices.Sorted(maps.Keys(entries)) {
		if e := entries[n]; len(e.Refs) == 0 {
			l.fail(start, NoSource, fmt.Sprintf("there is a Title%d or Length%[1]d, and no File%[1]d", n), fmt.Sprintf("File%d=...", n))
		} else if err := l.add(*e); err != nil {
			return err
		}
	}
	return nil
}

func plsNumber(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

// plsLength reads seconds; -1 is not known.
func (l *List) plsLength(at markup.Pos, s string) time.Duration {
	n, err := strconv.Atoi(s)
	if err != nil || n > wsx.MaxClock*3600 {
		l.warn(at, BadTime, fmt.Sprintf("the length %q is no number of seconds", s), "-1 if it is not known")
		return 0
	}
	return time.Duration(max(0, n)) * time.Second
}

// pls writes a list of version 2.
func (w *writer) pls() {
	w.line("[playlist]")
	for i, e := range w.list.Entries {
		w.line("File%d=%s", i+1, w.firstRef(i, e))
		if title := oneLine(e.Title); title != "" {
			w.line("Title%d=%s", i+1, title)
		}
		length := -1
		if e.Length > 0 {
			length = int((e.Length + time.Second - 1) / time.Second)
		}
		w.line("Length%d=%d", i+1, length)
		w.losePlain(i, e, false)
	}
	w.line("NumberOfEntries=%d", len(w.list.Entries))
	w.line("Version=2")
	w.loseList(false)
}
