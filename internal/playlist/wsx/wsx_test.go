package wsx

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"caracal/internal/playlist/markup"
)

// evening has every element and attribute, in the spelling and the shape that
// Append gives them.
const evening = `<?wsx version="1.0"?>
<!-- an evening -->
<smil repeatCount="2" dur="5:00:00" repeatDur="indefinite" id="all" begin="1s" end="wallclock(2030-01-31T23:00Z)" syncEvent="open">
  <clientData id="about" title="An evening" author="A &amp; B" copyright="&lt;c&gt;" artist="a" album="b" genre="c" logURL="http://a/log" bannerURL="http://a/b.gif" bannerAbstract="&quot;ad&quot;" bannerInfoURL="http://a/" custom="x"/>
  <seq id="intro" syncEvent="ad">
    <media id="m1" src="C:\films\intro.wmv" role="Advertisement" noSkip="true" noRecede="true" mediaName="Intro" begin="2s"/>
    <media src="films\*.wmv" shuffle="true" clipBegin="npt=10s" clipEnd="marker=end"/>
    <ref src="%RequestedURL%" dur="30" repeatCount="indefinite">
      <clientData title="live"/>
    </ref>
  </seq>
  <switch id="s">
    <media src="http://encoder:8080" repeatDur="1min"/>
    <media src="push:*"/>
    <media src="point:evening/live"/>
    <media src="ffmpeg:test"/>
  </switch>
  <excl endSync="p2-m1">
    <priorityClass id="p1" peers="stop" higher="stop" lower="never">
      <media id="p1-m1" src="a.jpg" begin="news; p2-m1.begin + 30; prev.end+1s" dur="10s" end="p1-m1.begin + 0:30"/>
      <!-- the next one -->
    </priorityClass>
    <priorityClass>
      <media id="p2-m1" src="rtsp://other/live" begin="0s" end="indefinite"/>
    </priorityClass>
  </excl>
  <excl>
    <media src="b.wmv" begin="p1-m1.marker(one)"/>
  </excl>
</smil>
<?after all?>
`

func TestCanonicalStays(t *testing.T) {
	d, err := Parse([]byte(evening))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(d.Append(nil)); got != evening {
		t.Errorf("written:\n%s", got)
	}
	for _, f := range d.Check() {
		t.Error(f)
	}
}

// What is spelled, encoded or closed badly becomes the same playlist.
func TestLenient(t *testing.T) {
	want, err := Parse([]byte(`<?wsx version="1.0"?><smil><media src="a.wmv" clipBegin="3s"/><media src="b ü.wmv"/><foo bar="1">x</foo></smil>`))
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]string{
		"letters":      `<?wsx version="1.0"?><SMIL><Media SRC="a.wmv" clipbegin="3s"/><MEDIA src="b ü.wmv"/><foo bar="1">x</foo></smil>`,
		"no ends":      `<?wsx version='1.0'?><smil><media src=a.wmv clipBegin=3s><media src="b ü.wmv"/><foo bar=1>x`,
		"no first":     `<smil><media src="a.wmv" clipBegin="3s"/><media src="b ü.wmv"/><foo bar="1">x</foo></smil>`,
		"no smil":      `<?wsx version="1.0"?><media src="a.wmv" clipBegin="3s"/><media src="b ü.wmv"/><foo bar="1">x</foo>`,
		"beside":       `<?wsx version="1.0"?><media src="a.wmv" clipBegin="3s"/><smil><media src="b ü.wmv"/></smil><foo bar="1">x</foo>`,
		"Windows-1252": "<?wsx version=\"1.0\"?><smil><media src=\"a.wmv\" clipBegin=\"3s\"/><media src=\"b \xFC.wmv\"/><foo bar=\"1\">x</foo></smil>",
		"UTF-16":       utf16le(`<?wsx version="1.0"?><smil><media src="a.wmv" clipBegin="3s"/><media src="b ü.wmv"/><foo bar="1">x</foo></smil>`),
		"XML too":      `<?xml version="1.0" encoding="UTF-8"?><?wsx version="1.0"?><smil><media src="a.wmv" clipBegin="3s"/><media src="b &#252;.wmv"/><foo bar="1">x</foo></smil>`,
	}
	for name, in := range tests {
		d, err := Parse([]byte(in))
		if err != nil || !Equal(d, want) {
			t.Errorf("%s: %v\n%s", name, err, d.Append(nil))
		}
	}
}

func utf16le(s string) string {
	b := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

func TestCheck(t *testing.T) {
	const ok = `<media src="a.wmv"/>`
	tests := []struct{ in, want string }{ // inside <smil>, in line 2
		{ok, ""},
		{`<media/>`, "2:1 error no-source"},
		{`<media src=" "/>`, "2:1 error no-source"},
		{`<media role="Advertisement" noSkip="TRUE" src="a.wmv"/>`, ""}, // [MS-RTSP] 4.4.5
		{`<media src="a.wmv" noSkip="yes"/>`, "2:20 error value"},
		{`<excl><priorityClass peers="STOP">` + ok + `</priorityClass></excl>`, "2:22 error value, 2:35 warning time"},
		{`<media src="gopher://a/b"/>`, "2:8 error source"},
		{`<media src="http://"/>`, "2:8 error source"},
		{`<media src="point:"/>`, "2:8 error source"},
		{`<media src="*/a/*.wmv"/>`, "2:8 error source"},
		{`<media src="a.asx"/>`, "2:8 warning source"},
		{`<media src="a.wmv" shuffle="true"/>`, "2:20 warning ignored"},
		{`<media src="a.jpg"/>`, "2:1 warning time"},
		{`<img src="a.PNG" dur="5s"/>`, ""},
		{`<img src="a.bmp" dur="5s"/>`, "2:6 error source"},
		{`<img src="a.wmv"/>`, "2:1 warning source"},
		{ok + `<media src="a.wmv" begin="5s" end="2s"/>`, "2:51 warning ignored"},
		{ok + `<media src="a.wmv" begin="5s" end="5s"/>`, ""},
		{ok + `<media src="a.wmv" begin="indefinite"/>`, "2:40 warning ignored"},
		{`<media src="` + strings.Repeat("a", MaxSource+1) + `"/>`, "2:8 error source"},
		{`<Media src="a.wmv"/>`, "2:1 error spelling"},
		{`<media SRC="a.wmv"/>`, "2:8 error spelling"},
		{`<media src=a.wmv />`, "2:8 error not-xml"},
		{`<media src="a.wmv">`, "2:1 error not-xml"},
		{ok + `<par>` + ok + `</par>`, "2:21 error unknown-element"},
		{ok + `<frame/>`, "2:21 error unknown-element"},
		{ok + `hello`, "2:21 warning ignored"},
		{`<media src="a.wmv" alt="x"/>`, "2:20 warning unknown-attribute"},
		{`<media src="a.wmv" peers="stop"/>`, "2:20 warning unknown-attribute"},
		{`<media src="a.wmv" x:y="x" xmlns:x="z"/>`, ""},
		{`<seq noSkip="true">` + ok + `</seq>`, "2:6 warning unknown-attribute"},
		{ok + `<seq/>`, "2:21 warning empty"},
		{ok + `<switch><clientData/></switch>`, "2:21 warning empty"},
		{ok + `<smil>` + ok + `</smil>`, "2:21 error nesting"},
		{`<priorityClass>` + ok + `</priorityClass>`, "2:1 error nesting, 2:16 warning time"},
		{`<excl><priorityClass><media src="a.wmv" begin="0"/></priorityClass><media src="a.wmv" begin="1"/></excl>`, "2:68 error nesting"},
		{`<media src="a.wmv"><clientData logURL="ftp://a"/></media>`, "2:32 warning value"},
		{`<media src="a.wmv" noSkip="yes"/>`, "2:20 error value"},
		{`<excl><priorityClass peers="wait"><media src="a.wmv" begin="0"/></priorityClass></excl>`, "2:22 error value"},
		{`<excl><priorityClass higher="pause"><media src="a.jpg" begin="0" dur="1s"/></priorityClass></excl>`, "2:22 error value"},
		{`<media src="a.wmv" syncEvent="ad.begin"/>`, "2:20 error value"},
		{`<media src="a.wmv" id="1"/>`, "2:20 error id"},
		{`<media src="a.wmv" id="\first"/>`, ""},
		{`<media src="a.wmv" id="a"/><media src="a.wmv" id="a"/>`, "2:47 error id"},
		{`<excl endSync="b"><media id="a" src="a.wmv" begin="0"/></excl>`, "2:7 error reference"},
		{`<excl endSync="a"><media id="a" src="a.wmv" begin="0"/></excl>`, ""},
		{`<excl><media src="a.wmv"/></excl>`, "2:7 warning time"},
		{`<excl><media src="a.wmv" begin="b.end"/></excl>`, "2:26 warning reference"},
		{`<excl><media id="a" src="a.wmv" begin="a.begin"/></excl>`, "2:33 error reference"},
		{`<excl><media src="a.wmv" begin="prev.begin - 3s"/></excl>`, "2:26 error time"},
		{`<excl><media src="a.wmv" begin="-3s"/></excl>`, "2:26 error time"},
		{`<excl><media src="a.wmv" begin="1x"/></excl>`, "2:26 error time"},
		{`<excl><media src="a.wmv" begin=";"/></excl>`, "2:26 error time"},
		{`<media src="a.wmv" begin="news"/>`, "2:20 warning ignored"},
		{`<media src="a.wmv" dur="media"/>`, "2:20 error time"},
		{`<media src="a.wmv" dur="0"/>`, "2:20 warning time"},
		{`<media src="a.wmv" dur="90:00"/>`, "2:20 error time"},
		{`<media src="a.wmv" dur="5000000h"/>`, "2:20 error time"},
		{`<media src="a.wmv" repeatCount="0"/>`, "2:20 error time"},
		{`<media src="a.wmv" repeatCount="x"/>`, "2:20 error time"},
		{`<media src="a.wmv" repeatCount="2.5"/>`, "2:20 warning time"},
		{`<media src="a.wmv" clipBegin="10s" clipEnd="0:05"/>`, "2:36 error time"},
		{`<media src="a.wmv" clipBegin="smpte=0:0:1:1"/>`, "2:20 error time"},
		{`<media src="a.wmv" end="wallclock(25:00)"/>`, "2:20 error time"},
		{`<!-- nothing -->`, "1:22 error empty"},
	}
	for _, tt := range tests {
		d, err := Parse([]byte("<?wsx version=\"1.0\"?><smil>\n" + tt.in + "\n</smil>"))
		if err != nil {
			t.Fatal(tt.in, err)
		}
		if got := told(d.Check()); got != tt.want {
			t.Errorf("%s\n%s, want %s", tt.in, got, tt.want)
		}
	}
}

// told puts faults on a line; it fails on one that does not say why.
func told(faults []markup.Fault) string {
	var all []string
	for _, f := range faults {
		severity := "error"
		if f.Warning {
			severity = "warning"
		}
		if len(f.Reason) < 10 || f.Code != markup.NotXML && f.Instead == "" {
			severity = "speechless " + severity
		}
		all = append(all, fmt.Sprintf("%d:%d %s %s", f.Pos.Line, f.Pos.Column, severity, f.Code))
	}
	return strings.Join(all, ", ")
}

func TestCheckOfTheWhole(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", "1:1 error nesting, 1:1 error version, 1:1 error empty"},
		{`<smil><media src="a"/></smil>`, "1:1 error version"},
		{`<?wsx version="2.0"?><smil><media src="a"/></smil>`, "1:1 error version"},
		{`<?wsx?><smil><media src="a"/></smil>`, "1:1 error version"},
		{`<?wsx version="1.0"?><?wsx version="1.0"?><smil><media src="a"/></smil>`, "1:22 error version"},
		{"<?wsx version=\"1.0\"?>\n<media src=\"a\"/>", "2:1 error nesting"},
		{"<?wsx version=\"1.0\"?>\n<smil/>\n<media src=\"a\"/>", "3:1 error nesting"},
		{"<?wsx version=\"1.0\"?><!DOCTYPE smil SYSTEM \"file:///etc/passwd\"><smil><media src=\"a\"/></smil>", "1:22 error not-xml"},
	}
	for _, tt := range tests {
		d, err := Parse([]byte(tt.in))
		if err != nil {
			t.Fatal(err)
		}
		if got := told(d.Check()); got != tt.want {
			t.Errorf("%s\n%s, want %s", tt.in, got, tt.want)
		}
	}
	many, err := Parse([]byte("<?wsx version=\"1.0\"?><smil>" + strings.Repeat("<x/>", 10*maxFaults) + "</smil>"))
	if err != nil || len(many.Check()) != maxFaults {
		t.Errorf("%v, %d faults, want %d", err, len(many.Check()), maxFaults)
	}
	if _, err := Parse([]byte(strings.Repeat("<seq>", markup.MaxDepth+1))); !errors.Is(err, markup.ErrLimit) {
		t.Error(err)
	}
}

func TestBuild(t *testing.T) {
	d := New()
	d.Root.Add(ClientData).Set("title", `"x"`)
	m := d.Root.Add(Seq).Add(Media)
	m.Set("src", "a.wmv")
	m.Set("src", "b.wmv")
	want := "<?wsx version=\"1.0\"?>\n<smil>\n  <clientData title=\"&quot;x&quot;\"/>\n  <seq>\n    <media src=\"b.wmv\"/>\n  </seq>\n</smil>\n"
	if got := string(d.Append(nil)); got != want || len(d.Check()) != 0 {
		t.Errorf("%s\n%v", got, d.Check())
	}
}

// Whatever is read is written as a playlist that is read as the same one.
func FuzzParse(f *testing.F) {
	f.Add([]byte(evening))
	f.Add([]byte(utf16le(evening)))
	f.Add([]byte(`<SMIL><media src=a><excl endSync=x><switch></smil><media><seq/></media>x`))
	f.Add([]byte("<?wsx version='2'?><!-- a --><media begin='a.begin+1;wallclock(1:2);-3' dur=x></smil><smil><smil>"))
	f.Fuzz(func(t *testing.T, in []byte) {
		d, err := Parse(in)
		if err != nil {
			if !errors.Is(err, markup.ErrLimit) {
				t.Fatal(err)
			}
			return
		}
		d.Check()
		walk(d.Root)
		out := d.Append(nil)
		again, err := Parse(out)
		if err != nil || !Equal(d, again) {
			t.Fatalf("%q\ngives\n%s\nand that %v\n%s", in, out, err, again.Append(nil))
		}
		for _, f := range again.Check() {
			if f.Code == markup.NotXML || f.Code == markup.NotText || f.Code == Spelling {
				t.Fatalf("%q\ngives\n%s\n%v", in, out, f)
			}
		}
	})
}

func walk(n *Node) {
	n.Timing()
	n.Source()
	for _, child := range n.Children {
		walk(child)
	}
}
