package metafile

import (
	"cmp"
	"slices"
	"strings"
)

// readReference reads the two short forms: [Reference] with Ref1=URL and so on,
// which are the same content in the order in which it is tried, and lines of
// "ASF URL".
func (l *List) readReference(text string) error {
	type ref struct {
		n int
		Ref
	}
	var refs []ref
	for at, line := range lines(text) {
		key, url, found := strings.Cut(line, "=")
		n, isRef := numbered(strings.TrimSpace(key), "ref")
		if rest, asf := cutWord(line, "asf "); asf {
			n, url, found, isRef = 0, rest, true, true
		}
		url = strings.TrimSpace(url)
		switch {
		case strings.HasPrefix(line, "["), strings.HasPrefix(line, ";"):
		case !found || !isRef || url == "":
			l.warn(at, BadLine, "this line means nothing here", "Ref1=http://host/film.wmv")
		case len(refs) == MaxRefs:
			l.warn(at, TooMany, "only 64 references are read", "")
		default:
			refs = append(refs, ref{n, Ref{url, at}})
		}
	}
	if len(refs) == 0 {
		return nil
	}
	slices.SortStableFunc(refs, func(a, b ref) int { return cmp.Compare(a.n, b.n) })
	e := Entry{Pos: refs[0].Pos}
	for _, r := range refs {
		e.Refs = append(e.Refs, r.Ref)
	}
	return l.add(e)
}

func cutWord(s, word string) (rest string, found bool) {
	if len(s) < len(word) || !equalFold(s[:len(word)], word) {
		return s, false
	}
	return s[len(word):], true
}

// reference writes [Reference]: the first entry, and of it the URLs only.
func (w *writer) reference() {
	w.line("[Reference]")
	for i, e := range w.list.Entries {
		if i > 0 {
			w.lose(i, "[Reference] is for one entry")
			continue
		}
		for j, r := range e.Refs {
			w.line("Ref%d=%s", j+1, oneURL(r.URL))
		}
		w.losePlain(i, e, false)
		w.loseIf(e.Title != "", i, "its title")
	}
	w.loseList(false)
}

// losePlain tells what formats without elements cannot hold of an entry.
func (w *writer) losePlain(i int, e Entry, clip bool) {
	w.loseIf(e.Banner != Banner{} || e.MoreInfo != "" || len(e.LogURLs)+len(e.Params) > 0 || e.Author+e.Copyright+e.Abstract != "", i, "what it tells of itself, beside its title")
	w.loseIf(!clip && e.Start+e.Duration > 0 || e.StartMarker+e.EndMarker != "", i, "where it begins and ends")
	w.loseIf(e.NoSkip || e.NoRecede || e.Role != "", i, "its role, and what players may not skip")
}

// loseList does so of the list.
func (w *writer) loseList(title bool) {
	l := w.list
	w.loseIf(len(l.Repeats) > 0, -1, "entries are repeated")
	w.loseIf(len(l.Events) > 0, -1, "events")
	a := l.About
	w.loseIf(!title && a.Title != "", -1, "the list's title")
	w.loseIf(a.Banner != Banner{} || a.MoreInfo != "" || len(a.LogURLs)+len(a.Params) > 0 || a.Author+a.Copyright+a.Abstract != "", -1, "what the list tells of itself, beside its title")
}

// firstRef gives the one URL that a format has room for.
func (w *writer) firstRef(i int, e Entry) string {
	w.loseIf(len(e.Refs) > 1, i, "all URLs but the first")
	if len(e.Refs) == 0 {
		return ""
	}
	return oneURL(e.Refs[0].URL)
}
