package markup

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// asxLike closes what holds nothing, as the dialect of .asx does.
func asxLike(open, next string) bool { return open == "ref" || open == "entry" && next == "entry" }

func TestParse(t *testing.T) {
	tests := []struct {
		name, in string
		want     string // written again
		faults   []string
	}{
		{"well-formed", `<a b="1" c='2'><d/>x &lt;&#65;&#x42;&amp;</a>`, "<a b=\"1\" c=\"2\">\n  <d/>\n  x &lt;AB&amp;\n</a>\n", nil},
		{"comments and instructions", "<?xml version='1.0'?><?wsx version=\"1.0\"?><!-- a --><a/>", "<?wsx version=\"1.0\"?>\n<!-- a -->\n<a/>\n", nil},
		{"CDATA", "<a><![CDATA[<&>]]></a>", "<a>&lt;&amp;&gt;</a>\n", nil},
		{"no quotes", "<a b=c/d e=f/>", "<a b=\"c/d\" e=\"f\"/>\n", []string{"1:4 the value of b is not in quotes", "1:10 the value of e is not in quotes"}},
		{"no value", "<a b>x</a>", "<a b=\"\">x</a>\n", []string{"1:4 b has no value"}},
		{"one quote", "<a b=\"c />\n<a b=\"d\"/>", "<a b=\"c\"/>\n<a b=\"d\"/>\n", []string{"1:4 the value of b has no second quote"}},
		{"a bare &", "<a b=\"?c&d=e\">R&B</a>", "<a b=\"?c&amp;d=e\">R&amp;B</a>\n", []string{"1:4 there is a & in the value of b", "1:15 there is a & in this text"}},
		{"entities of one's own", "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>", "<a>&amp;x;</a>\n", []string{"1:1 document types", "1:58 there is a &"}},
		{"unclosed", "<asx><entry><ref href='1'><ref href='2'><entry></asx>", "<asx>\n  <entry>\n    <ref href=\"1\"/>\n    <ref href=\"2\"/>\n  </entry>\n  <entry/>\n</asx>\n",
			[]string{"1:13 <ref> is not closed before <ref>", "1:27 <ref> is not closed before <entry>", "1:6 <entry> is not closed before <entry>", "1:41 <entry> is not closed before </asx>"}},
		{"other letters", "<Entry></ENTRY></x>", "<Entry/>\n", []string{"1:8 </ENTRY> closes <Entry>", "1:16 </x> closes nothing"}},
		{"no end", "<a>\n é <b", "<a>\n  é\n  <b/>\n</a>\n", []string{"2:4 the tag <b does not end", "1:1 <a> is not closed", "2:4 <b> is not closed"}},
		{"twice", "<a b='1' B='2'/>", "<a b=\"1\"/>\n", []string{"1:10 B is there twice"}},
		{"litter", "<a =!? b='1'>< <1></a>", "<a b=\"1\">&lt; &lt;1&gt;</a>\n", []string{"1:4 something in the tag", "1:14 a < that begins", "1:16 a < that begins"}},
		{"white space in values", "<a b='1\n2&#10;3'/>", "<a b=\"1 2&#10;3\"/>\n", nil},
		{"hyphens", "<!---Bad -- example--->", "<!-- -Bad - - example- -->\n", nil},
	}
	for _, tt := range tests {
		nodes, faults, err := Parse(tt.in, Options{Closes: asxLike})
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got := string(Append(nil, nodes)); got != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, got, tt.want)
		}
		for i := range max(len(faults), len(tt.faults)) {
			got, want := "none", "none"
			if i < len(faults) {
				got = fmt.Sprintf("%d:%d %s", faults[i].Pos.Line, faults[i].Pos.Column, faults[i].Reason)
			}
			if i < len(tt.faults) {
				want = tt.faults[i]
			}
			if !strings.HasPrefix(got, want) {
				t.Errorf("%s: fault %d: %s, want %s", tt.name, i, got, want)
			}
		}
	}
}

func TestLimits(t *testing.T) {
	tests := map[string]string{
		"depth":      strings.Repeat("<a>", MaxDepth+1),
		"nodes":      strings.Repeat("<a/>", MaxNodes+1),
		"name":       "<" + strings.Repeat("a", MaxName+1) + "/>",
		"attributes": "<a" + manyAttributes() + "/>",
	}
	for name, in := range tests {
		_, _, err := Parse(in, Options{})
		if e := (*Error)(nil); !errors.Is(err, ErrLimit) || !errors.As(err, &e) || e.Pos.Line != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := Decode(make([]byte, MaxBytes+1)); !errors.Is(err, ErrLimit) {
		t.Errorf("bytes: %v", err)
	}
	_, faults, err := Parse(strings.Repeat("</a>", 10*MaxFaults), Options{})
	if err != nil || len(faults) != MaxFaults {
		t.Errorf("%d faults are remembered, want %d: %v", len(faults), MaxFaults, err)
	}
}

func manyAttributes() string {
	var b strings.Builder
	for i := range MaxAttributes + 1 {
		fmt.Fprintf(&b, " b%d='x'", i)
	}
	return b.String()
}

func TestDecode(t *testing.T) {
	tests := []struct {
		name, in, want string
		faults         int
	}{
		{"UTF-8", "Grüße", "Grüße", 0},
		{"byte order mark", "\xEF\xBB\xBFGrüße\r\n\rx", "Grüße\n\nx", 0},
		{"UTF-16LE", "\xFF\xFEG\x00r\x00\xFC\x00\xE5\x65", "Grü日", 0},
		{"UTF-16BE", "\xFE\xFF\x00G\x00r\x00\xFC\x65\xE5", "Grü日", 0},
		{"UTF-16LE, no mark", "<\x00a\x00", "<a", 0},
		{"UTF-16BE, no mark", "\x00<\x00a", "<a", 0},
		{"UTF-16, cut off", "\xFF\xFEG\x00r", "G", 1},
		{"Windows-1252", "Gr\xFC\xDFe \x80\x93", "Grüße €“", 0},
		{"Latin-1 that is declared", "<?xml version='1.0' encoding='ISO-8859-1'?>\xC3\xA9", "<?xml version='1.0' encoding='ISO-8859-1'?>Ã©", 0},
		{"UTF-8 that is none", "<?xml version='1.0' encoding='UTF-8'?>\xE9", "<?xml version='1.0' encoding='UTF-8'?>é", 1},
		{"UTF-16 that is none", `<?wsx version="1.0" encoding="utf-16"?>é`, `<?wsx version="1.0" encoding="utf-16"?>é`, 0},
		{"unknown", `<?xml version="1.0" encoding="Shift_JIS"?>` + "\x83", `<?xml version="1.0" encoding="Shift_JIS"?>ƒ`, 1},
		{"NUL", "a\x01b", "a\uFFFDb", 1},
	}
	for _, tt := range tests {
		got, faults, err := Decode([]byte(tt.in))
		if err != nil || got != tt.want || len(faults) != tt.faults {
			t.Errorf("%s: %q, faults %v, %v, want %q", tt.name, got, faults, err, tt.want)
		}
	}
}

// Whatever is read, what is written of it is XML and says the same.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`<?wsx version="1.0"?><smil><media src="a.wmv" begin="0"/></smil>`,
		"<ASX VERSION=3.0><ENTRY><REF HREF=\"a&b\"><TITLE>R&B</ENTRY>",
		"\xFF\xFE<\x00a\x00/\x00>\x00", "<!--- -- ---><a><![CDATA[]]>]]></a>", "<a:b:c ::d='&#13;'/><?p ??><?q <!DOCTYPE [",
		"<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;&#0;&#xFFFE;</a>", "<a b='>\n<c d='x'/>",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		s, _, err := Decode(in)
		if err != nil {
			return
		}
		nodes, _, err := Parse(s, Options{Closes: asxLike})
		if err != nil {
			if !errors.Is(err, ErrLimit) {
				t.Fatal(err)
			}
			return
		}
		out := Append(nil, nodes)
		again, faults, err := Parse(string(out), Options{Closes: asxLike})
		if err != nil || len(faults) != 0 || !Equal(nodes, again) {
			t.Fatalf("%q\ngives\n%s\nfaults %v, %v", in, out, faults, err)
		}
		for d := xml.NewDecoder(strings.NewReader("<r>" + string(out) + "</r>")); ; {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%q\ngives\n%s\n%v", in, out, err)
			}
		}
	})
}
