package metafile

import (
	"fmt"
	"strings"
	"time"

	"caracal/internal/playlist/markup"
)

// asx writes ASX 3.0. In an entry the references come last: players that play
// at once have read all else by then.
func (w *writer) asx() {
	from := len(w.String())
	w.aboutASX(w.list.About)
	next := 0
	for _, r := range w.list.Repeats {
		w.entriesASX(w.list.Entries[next:r.First], next)
		if r.Times == Forever {
			w.line("<REPEAT>")
		} else {
			w.line(`<REPEAT COUNT="%d">`, r.Times)
		}
		next = r.First + r.Count
		w.entriesASX(w.list.Entries[r.First:next], r.First)
		w.line("</REPEAT>")
	}
	w.loseIf(len(w.list.Repeats) > 1, -1, "Windows Media Player repeats only the first group")
	w.entriesASX(w.list.Entries[next:], next)
	for _, e := range w.list.Events {
		w.line(`<EVENT NAME="%s" WHENDONE="%s">`, value(e.Name), value(e.WhenDone))
		w.entriesASX(e.Entries, 0)
		w.line("</EVENT>")
	}
	w.line("</ASX>")
	body := w.String()[from:]
	w.Reset()
	w.line(`<ASX VERSION="3.0">`)
	if !isASCII(body) {
		w.line(`<PARAM NAME="Encoding" VALUE="UTF-8" />`)
	}
	w.WriteString(body)
}

// value writes a text for between quotes.
func value(s string) string { return markup.EscapeAttribute(oneLine(s)) }

func (w *writer) elementASX(tag, text string) {
	if text = oneLine(text); text != "" {
		w.line("<%s>%s</%s>", tag, markup.EscapeAttribute(text), tag)
	}
}

// hrefASX writes <TAG attribute="value" />.
func (w *writer) hrefASX(tag, attribute, s string) {
	if s != "" {
		w.line(`<%s %s="%s" />`, tag, attribute, markup.EscapeAttribute(oneURL(s)))
	}
}

func (w *writer) aboutASX(a About) {
	w.elementASX("TITLE", a.Title)
	w.elementASX("AUTHOR", a.Author)
	w.elementASX("COPYRIGHT", a.Copyright)
	w.elementASX("ABSTRACT", a.Abstract)
	w.hrefASX("MOREINFO", "HREF", a.MoreInfo)
	if a.Banner != (Banner{}) {
		w.line(`<BANNER HREF="%s">`, value(a.Banner.Image))
		w.elementASX("ABSTRACT", a.Banner.Text)
		w.hrefASX("MOREINFO", "HREF", a.Banner.Link)
		w.line("</BANNER>")
	}
	for _, u := range a.LogURLs {
		w.hrefASX("LOGURL", "HREF", u)
	}
	for _, p := range a.Params {
		w.line(`<PARAM NAME="%s" VALUE="%s" />`, value(p.Name), value(p.Value))
	}
}

// entriesASX writes entries, of which the first has a number in the list.
func (w *writer) entriesASX(entries []Entry, first int) {
	for i, e := range entries {
		w.loseIf(e.Role != "", first+i, "its role")
		if e.IsList {
			w.hrefASX("ENTRYREF", "HREF", w.firstRef(first+i, e))
			continue
		}
		w.entryASX(e)
	}
}

func (w *writer) entryASX(e Entry) {
	tag := "<ENTRY"
	if e.NoSkip {
		tag += ` CLIENTSKIP="NO"`
	}
	if e.SkipIfRef {
		tag += ` SKIPIFREF="YES"`
	}
	w.line("%s>", tag)
	w.aboutASX(e.About)
	if e.NoRecede {
		w.line(`<PARAM NAME="CanSkipBack" VALUE="No" />`)
	}
	if e.Start > 0 {
		w.hrefASX("STARTTIME", "VALUE", clockASX(e.Start))
	}
	if e.Duration > 0 {
		w.hrefASX("DURATION", "VALUE", clockASX(e.Duration))
	}
	w.hrefASX("STARTMARKER", markerName(e.StartMarker), e.StartMarker)
	w.hrefASX("ENDMARKER", markerName(e.EndMarker), e.EndMarker)
	for _, r := range e.Refs {
		w.hrefASX("REF", "HREF", r.URL)
	}
	w.line("</ENTRY>")
}

// clockASX writes a time with its hours and minutes, and with a fraction: VLC 3.0
// counts the seconds twice without one.
func clockASX(d time.Duration) string {
	ms := max(0, d.Round(time.Millisecond)) / time.Millisecond
	text := fmt.Sprintf("%d:%02d:%02d.%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, ms%1000)
	whole, fraction, _ := strings.Cut(text, ".")
	return whole + "." + fraction[:1] + strings.TrimRight(fraction[1:], "0")
}

func markerName(s string) string {
	if strings.Trim(s, "0123456789") == "" {
		return "NUMBER"
	}
	return "NAME"
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 })
}
