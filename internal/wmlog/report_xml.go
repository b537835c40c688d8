package wmlog

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"unicode"
)

// The bounds of the XML of a log.
const (
	maxTokens = 4096
	maxDepth  = 8
)

// reader takes a log apart, [MS-WMLOG] 2.4. Tags need not match: an element ends
// where the next one begins.
type reader struct {
	report  *Report
	path    []string // of the elements that are no fields, the root left out
	name    string   // of the element whose text is being read
	text    strings.Builder
	summary string
	known   int
	rooted  bool
	whole   bool
}

// parseXML takes the elements, and of the summary what they do not say.
func (r *Report) parseXML(text string) error {
	x := &reader{report: r}
	d := xml.NewDecoder(strings.NewReader(readable(text)))
	d.Strict = false
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	var err error
	for n := 0; err == nil && n < maxTokens; n++ {
		var t xml.Token
		if t, err = d.RawToken(); err == nil {
			x.take(t)
		}
	}
	x.end()
	if !errors.Is(err, io.EOF) || !x.whole {
		r.Odd++
	}
	if n := len(strings.Fields(x.summary)); n > 0 && x.exact(n) {
		_ = r.parseLine(x.summary) // as many as there have to be
		x.known += n
	}
	if x.known == 0 {
		return errForm
	}
	return nil
}

// exact says whether a summary is of a known form. Of any other it cannot be told
// which values are missing.
func (x *reader) exact(n int) bool {
	if n == plainFields || n == mediaFields || n == int(fieldCount) {
		return true
	}
	x.report.Odd++
	return false
}

func (x *reader) take(t xml.Token) {
	switch t := t.(type) {
	case xml.StartElement:
		x.start(t.Name.Local)
	case xml.CharData:
		if x.name != "" && x.text.Len()+len(t) <= maxText {
			x.text.Write(t)
		}
	case xml.EndElement:
		inside := x.name != ""
		x.end()
		switch n := len(x.path); {
		case inside:
		case n > 0:
			x.path = x.path[:n-1]
		default:
			x.whole = true
		}
	}
}

func (x *reader) start(name string) {
	if !x.rooted {
		x.rooted = true
		return
	}
	again := x.name == name // an end tag without its slash, as 2.4 has two
	_, field := byName[x.name]
	if x.name != "" && !field && x.name != "Summary" && strings.TrimSpace(x.text.String()) == "" && len(x.path) < maxDepth {
		x.path = append(x.path, x.name) // it holds others
		x.name = ""
	}
	x.end()
	if !again {
		x.name = name
	}
}

// end takes the text of the element that is being read.
func (x *reader) end() {
	name, text := x.name, x.text.String()
	x.name = ""
	x.text.Reset()
	f, ok := byName[name]
	switch {
	case name == "":
	case name == "Summary":
		x.summary = text
	case ok && len(x.path) == 0:
		x.report.set(f, text)
		x.known++
	default:
		x.described(name, text)
		x.report.add(strings.Join(append(x.path, name), "/"), text)
	}
}

// described takes the names under which servers describe an entry of a playlist,
// 2.1.29 and 2.1.30, for players that do not say them again.
func (x *reader) described(name, text string) {
	if len(x.path) != 1 || x.path[0] != "ContentDescription" {
		return
	}
	switch name {
	case "WMS_CONTENT_DESCRIPTION_PLAYLIST_ENTRY_URL":
		x.report.Values.or(MediaName, text)
	case "WMS_CONTENT_DESCRIPTION_ROLE":
		x.report.Values.or(MediaRole, text)
	}
}

// readable has nothing in it that XML may not have.
func readable(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) && c != '\t' && c != '\r' && c != '\n' || c == 0xFFFE || c == 0xFFFF {
			return '_'
		}
		return c
	}, strings.ToValidUTF8(s, "_"))
}
