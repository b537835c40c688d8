package announce

import (
	"encoding/xml"
	"strings"
	"testing"
	"unicode/utf8"
)

var twoWays = []Endpoint{{Scheme: "mms", Host: "media.example.org:8080"}, {Scheme: "http", Host: "media.example.org:8080"}}

func TestASX(t *testing.T) {
	tests := []struct {
		name string
		item Item
		want []string // the lines
	}{
		{
			name: "plain", item: Item{Name: "film.wmv"},
			want: []string{
				`<ASX VERSION="3.0">`, `<ENTRY>`,
				`<REF HREF="mms://media.example.org:8080/film.wmv" />`,
				`<REF HREF="http://media.example.org:8080/film.wmv" />`,
				`</ENTRY>`, `</ASX>`,
			},
		},
		{
			name: "hostile texts and names",
			item: Item{
				Name: `a b/50% "x"&<y>'.wmv`, Title: "\x00</TITLE>\r\n<REF HREF=\"x\"/> & co",
				Author: "\xff\u0085", Copyright: "'c'", Abstract: " \t ",
			},
			want: []string{
				`<ASX VERSION="3.0">`,
				`<TITLE>&lt;/TITLE&gt;  &lt;REF HREF=&quot;x&quot;/&gt; &amp; co</TITLE>`,
				`<ENTRY>`,
				`<TITLE>&lt;/TITLE&gt;  &lt;REF HREF=&quot;x&quot;/&gt; &amp; co</TITLE>`,
				`<COPYRIGHT>&#39;c&#39;</COPYRIGHT>`,
				`<REF HREF="mms://media.example.org:8080/a%20b/50%25%20%22x%22%26%3Cy%3E%27.wmv" />`,
				`<REF HREF="http://media.example.org:8080/a%20b/50%25%20%22x%22%26%3Cy%3E%27.wmv" />`,
				`</ENTRY>`, `</ASX>`,
			},
		},
		{
			name: "other scripts", item: Item{Name: "föhn.wma", Title: "日本"},
			want: []string{
				`<ASX VERSION="3.0">`, `<PARAM NAME="Encoding" VALUE="UTF-8" />`, `<TITLE>日本</TITLE>`, `<ENTRY>`, `<TITLE>日本</TITLE>`,
				`<REF HREF="mms://media.example.org:8080/f%C3%B6hn.wma" />`,
				`<REF HREF="http://media.example.org:8080/f%C3%B6hn.wma" />`,
				`</ENTRY>`, `</ASX>`,
			},
		},
	}
	for _, tt := range tests {
		want := strings.Join(tt.want, "\r\n") + "\r\n"
		got := string(ASX(tt.item, twoWays))
		if got != want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, got, want)
		}
	}
}

func TestEndpointEnding(t *testing.T) {
	e := Endpoint{Scheme: "http", Host: "h", Ending: ".nsc"}
	if got := e.URL("a b/live"); got != "http://h/a%20b/live.nsc" {
		t.Errorf("%s", got)
	}
}

func TestLongTitleIsCut(t *testing.T) {
	b := ASX(Item{Title: strings.Repeat("é", 2*maxText)}, nil)
	if n := strings.Count(string(b), "é"); n != 2*maxText || !utf8.Valid(b) {
		t.Errorf("%d characters in two titles, want %d", n, 2*maxText)
	}
}

func FuzzASXIsXML(f *testing.F) {
	f.Add("a.wmv", "title")
	f.Add("\x00&<>\"'", "]]>&\u0085\u2028\ufffe")
	f.Fuzz(func(t *testing.T, name, title string) {
		b := ASX(Item{Name: name, Title: title, Abstract: title}, []Endpoint{{Scheme: "mms", Host: "h"}})
		var doc struct {
			Entry struct {
				Ref []struct {
					Href string `xml:"HREF,attr"`
				} `xml:"REF"`
			} `xml:"ENTRY"`
		}
		if err := xml.Unmarshal(b, &doc); err != nil {
			t.Fatalf("%v in %q", err, b)
		}
		if len(doc.Entry.Ref) != 1 || doc.Entry.Ref[0].Href != "mms://h/"+EscapePath(name) {
			t.Fatalf("refs %+v in %q", doc.Entry.Ref, b)
		}
	})
}
