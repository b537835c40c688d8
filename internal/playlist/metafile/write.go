package metafile

import (
	"fmt"
	"strings"
	"unicode"
)

// Write gives the list in a format, and says what of it the format cannot hold.
func (l *List) Write(f Format) (b []byte, lost []string) {
	w := writer{list: l}
	switch f {
	case ASX:
		w.asx()
	case Reference:
		w.reference()
	case WPL:
		w.wpl()
	case M3U:
		w.m3u()
	case PLS:
		w.pls()
	case WSX:
		d, lost := l.WSX()
		return d.Append(nil), lost
	}
	return []byte(w.String()), w.losses()
}

// writer writes lines that end as Windows has them, which all players take.
type writer struct {
	strings.Builder
	list *List
	lost []loss
}

// loss is what was not written, of how many entries, of which first and of which
// last. -1 is the list itself.
type loss struct {
	what               string
	first, last, count int
}

func (w *writer) line(format string, args ...any) { fmt.Fprintf(w, format+"\r\n", args...) }

// lose remembers what was not written of an entry, or of the list. There are
// only a few things, besides the names of parameters.
func (w *writer) lose(entry int, what string) {
	for i, l := range w.lost {
		if l.what == what && (l.first < 0) == (entry < 0) {
			if l.last != entry {
				w.lost[i].last, w.lost[i].count = entry, l.count+1
			}
			return
		}
	}
	if len(w.lost) < MaxParams {
		w.lost = append(w.lost, loss{what, entry, entry, 1})
	}
}

// losses tells of them.
func (w *writer) losses() (lost []string) {
	for _, l := range w.lost {
		switch {
		case l.first < 0:
			lost = append(lost, l.what)
		case l.count == 1:
			lost = append(lost, fmt.Sprintf("entry %d: %s", l.first+1, l.what))
		default:
			lost = append(lost, fmt.Sprintf("entry %d and %d more: %s", l.first+1, l.count-1, l.what))
		}
	}
	return lost
}

func (w *writer) loseIf(is bool, entry int, what string) {
	if is {
		w.lose(entry, what)
	}
}

// oneLine puts a text on one line, without control characters.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\uFFFD"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
}

// oneURL keeps a URL or a file's name on one line; its spaces stay as they are.
func oneURL(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD")))
}
