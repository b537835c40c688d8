package announce

import "strings"

// ContentType is what players expect of an .asx file; under another type some
// take it for the content itself.
const ContentType = "video/x-ms-asf"

// maxText is how much of a title or the like is announced, in characters.
const maxText = 1024

// Item is what is announced.
type Item struct {
	Name      string // below the endpoint, with slashes
	Title     string // "" is left out, as are the others
	Author    string
	Copyright string
	Abstract  string
}

// ASX returns an ASX 3.0 file with one entry whose references are tried in
// the order of the endpoints.
func ASX(item Item, endpoints []Endpoint) []byte {
	for _, s := range []*string{&item.Title, &item.Author, &item.Copyright, &item.Abstract} {
		*s = clean(*s)
	}
	b := asxBuilder{}
	b.line(`<ASX VERSION="3.0">`)
	if !isASCII(item.Title + item.Author + item.Copyright + item.Abstract) {
		b.line(`<PARAM NAME="Encoding" VALUE="UTF-8" />`)
	}
	b.text("TITLE", item.Title)
	b.line("<ENTRY>")
	b.text("TITLE", item.Title)
	b.text("AUTHOR", item.Author)
	b.text("COPYRIGHT", item.Copyright)
	b.text("ABSTRACT", item.Abstract)
	for _, e := range endpoints {
		b.line(`<REF HREF="` + Escape(e.URL(item.Name)) + `" />`)
	}
	b.line("</ENTRY>")
	b.line("</ASX>")
	return []byte(b.String())
}

// asxBuilder ends lines as Windows does.
type asxBuilder struct{ strings.Builder }

func (b *asxBuilder) line(s string) { b.WriteString(s + "\r\n") }

func (b *asxBuilder) text(tag, s string) {
	if s != "" {
		b.line("<" + tag + ">" + Escape(s) + "</" + tag + ">")
	}
}

// clean puts a text on one line, without control characters, and cuts it.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			return ' '
		case r < ' ' || r >= 0x7F && r < 0xA0, r == 0xFFFE, r == 0xFFFF:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	runes := []rune(strings.TrimSpace(s))
	return string(runes[:min(len(runes), maxText)])
}

var escapes = strings.NewReplacer(`&`, "&amp;", `<`, "&lt;", `>`, "&gt;", `"`, "&quot;", `'`, "&#39;")

// Escape writes the characters that end a text or an attribute as entities.
// It does for ASX as for HTML.
func Escape(s string) string { return escapes.Replace(s) }

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
