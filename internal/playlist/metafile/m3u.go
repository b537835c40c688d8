package metafile

import (
	"math"
	"strconv"
	"strings"
	"time"

	"caracal/internal/playlist/markup"
	"caracal/internal/playlist/wsx"
)

// readM3U reads a list of lines, with the lines of EXTM3U that say what comes
// next or not.
func (l *List) readM3U(text string) error {
	next := Entry{}
	for at, line := range lines(text) {
		if tag, ok := strings.CutPrefix(line, "#"); ok {
			l.m3uTag(&next, at, tag)
			continue
		}
		next.Pos = at
		next.Refs = []Ref{{line, at}}
		if err := l.add(next); err != nil {
			return err
		}
		next = Entry{}
	}
	return nil
}

// m3uTag reads a line that begins with "#".
func (l *List) m3uTag(next *Entry, at markup.Pos, tag string) {
	name, rest, _ := strings.Cut(tag, ":")
	rest = strings.TrimSpace(rest)
	switch name = strings.ToUpper(name); name {
	case "EXTINF":
		l.extinf(next, at, rest)
	case "PLAYLIST":
		l.Title = oneLine(rest)
	case "EXTART":
		next.addParam("Artist", rest)
	case "EXTALB":
		next.addParam("Album", rest)
	case "EXTGENRE":
		next.addParam("Genre", rest)
	case "EXTIMG":
		next.Banner.Image = oneLine(rest)
	case "EXTVLCOPT":
		l.vlcOption(next, at, rest)
	default:
		if strings.HasPrefix(name, "EXT-X-TARGETDURATION") || strings.HasPrefix(name, "EXT-X-STREAM-INF") {
			l.fail(at, Unsupported, "this is no list of films but one stream in pieces (HLS)", "ffmpeg: and its URL, as the source of a broadcast")
		}
	}
}

// extinf reads "LENGTH attributes,TITLE".
func (l *List) extinf(next *Entry, at markup.Pos, s string) {
	head, title := s, ""
	if i := comma(s); i >= 0 {
		head, title = s[:i], s[i+1:]
	}
	next.Title = oneLine(title)
	length, attributes, _ := strings.Cut(strings.TrimSpace(head), " ")
	seconds, err := strconv.ParseFloat(length, 64)
	if err != nil || math.IsNaN(seconds) || seconds > wsx.MaxClock*3600 {
		l.warn(at, BadTime, "the length "+strconv.Quote(length)+" is no number of seconds", "-1 if it is not known")
	} else if seconds > 0 {
		next.Length = time.Duration(seconds * float64(time.Second)).Round(time.Millisecond)
	}
	if _, logo, found := strings.Cut(attributes, `tvg-logo="`); found {
		image, _, _ := strings.Cut(logo, `"`)
		next.Banner.Image = oneLine(image)
	}
}

// comma finds the one behind the attributes; there may be more between quotes.
func comma(s string) int {
	quoted := false
	for i := range len(s) {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ',' && !quoted:
			return i
		}
	}
	return strings.IndexByte(s, ',')
}

// vlcOption reads the begin and the end that VLC has for an entry, in seconds.
func (l *List) vlcOption(next *Entry, at markup.Pos, s string) {
	name, v, _ := strings.Cut(s, "=")
	if name != "start-time" && name != "stop-time" {
		return
	}
	d, err := wsx.ParseClock(v)
	switch {
	case err != nil:
		l.warn(at, BadTime, "the time "+strconv.Quote(v)+" is none", "a number of seconds")
	case name == "start-time":
		next.Start = d
	case d > next.Start:
		next.Duration = d - next.Start
	}
}

// m3u writes EXTM3U in UTF-8.
func (w *writer) m3u() {
	w.line("#EXTM3U")
	if title := oneLine(w.list.Title); title != "" {
		w.line("#PLAYLIST:%s", title)
	}
	for i, e := range w.list.Entries {
		url := w.firstRef(i, e)
		length := "-1"
		if e.Length > 0 {
			length = seconds(e.Length)
		}
		w.line("#EXTINF:%s,%s", length, oneLine(e.Title))
		e.Params = w.m3uParams(e)
		if e.Banner.Image != "" {
			w.line("#EXTIMG:%s", oneLine(e.Banner.Image))
			e.Banner.Image = ""
		}
		if e.Start > 0 {
			w.line("#EXTVLCOPT:start-time=%s", seconds(e.Start))
		}
		if e.Duration > 0 {
			w.line("#EXTVLCOPT:stop-time=%s", seconds(e.Start+e.Duration))
		}
		if strings.HasPrefix(url, "#") { // a file's name, not a comment
			url = "./" + url
		}
		w.line("%s", url)
		w.losePlain(i, e, true)
	}
	w.loseList(true)
}

// m3uParams writes those that there are lines for, and gives the others.
func (w *writer) m3uParams(e Entry) (others []Param) {
	for _, p := range e.Params {
		switch strings.ToLower(p.Name) {
		case "artist":
			w.line("#EXTART:%s", oneLine(p.Value))
		case "album":
			w.line("#EXTALB:%s", oneLine(p.Value))
		case "genre":
			w.line("#EXTGENRE:%s", oneLine(p.Value))
		default:
			others = append(others, p)
		}
	}
	return others
}

func seconds(d time.Duration) string {
	return strconv.FormatFloat(d.Round(time.Millisecond).Seconds(), 'f', -1, 64)
}
