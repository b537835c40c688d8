package server

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"log/slog"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"caracal/internal/config"
	"caracal/internal/point"
)

// utf16Of is a text in UTF-16 with a byte order mark, as Notepad has saved it.
func utf16Of(text string, order binary.AppendByteOrder) string {
	var b []byte
	for _, u := range utf16.Encode([]rune("\uFEFF" + text)) {
		b = order.AppendUint16(b, u)
	}
	return string(b)
}

// played are the files that a list plays, below a folder, at most 12.
func played(t *testing.T, s *Server, name string) string {
	t.Helper()
	_, e, err := s.points.Open(name)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return ""
	}
	var list []string
	for len(list) < 12 {
		list = append(list, path.Base(strings.ToLower(strings.ReplaceAll(e.(*point.Listed).Item().Source, `\`, "/"))))
		next, err := e.(*point.Listed).Beside(context.Background(), 1, point.Position{})
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		e.Close()
		e = next
	}
	e.Close()
	return strings.Join(list, " ")
}

// Lists for players as programs and people have written them are published as
// playlists; docs/playlists.md says what is taken.
func TestListsForPlayersArePlayed(t *testing.T) {
	dir := films(t, "lists/a.wmv", "lists/b c.wmv", "lists/music/d.wma", "lists/music/grün.wma", "up.wmv")
	write(t, dir, "lists/inner.asx", `<ASX VERSION="3.0"><ENTRY><REF HREF="b c.wmv"/></ENTRY><ENTRYREF HREF="third.wpl"/></ASX>`)
	write(t, dir, "lists/third.wpl", `<?wpl version="1.0"?><smil><body><seq><media src="music\d.wma"/></seq></body></smil>`)
	files := []struct{ name, text, want string }{
		{"version-1.asx", `<asx version="1.0"><entry><ref href="a.wmv"></entry></asx>`, "a.wmv"},
		{"loose.asx", "<Asx Version = '3.0'>\n<Title>R&B & more</title>\n<entry><ref HREF=a.wmv>\n<entry><Title>no end<Ref href = 'b c.wmv'></ASX>", "a.wmv b c.wmv"},
		{"nested.asx", `<ASX VERSION="3.0"><ENTRYREF HREF="inner.asx"/><ENTRY><REF HREF="a.wmv"/></ENTRY></ASX>`, "b c.wmv d.wma a.wmv"},
		{"self.asx", `<ASX VERSION="3.0"><ENTRY><REF HREF="a.wmv"/></ENTRY><ENTRYREF HREF="self.asx"/></ASX>`, "a.wmv"},
		{"choice.asx", `<ASX VERSION="3.0"><ENTRY><REF HREF="mms://127.0.0.1:1/a"/><REF HREF="gone.wmv"/><REF HREF="a.wmv"/></ENTRY></ASX>`, "a.wmv"},
		{"base.asx", `<ASX VERSION="3.0"><BASE HREF="music/"/><ENTRY><REF HREF="d.wma"/></ENTRY><ENTRY><BASE HREF="."/><REF HREF="a.wmv"/></ENTRY><ENTRY><REF HREF="./d.wma"/></ENTRY></ASX>`, "d.wma a.wmv d.wma"},
		{"repeat.asx", `<ASX VERSION="3.0"><REPEAT COUNT="2"><ENTRY><REF HREF="a.wmv"/></ENTRY><ENTRY><REF HREF="b c.wmv"/></ENTRY></REPEAT></ASX>`, "a.wmv b c.wmv a.wmv b c.wmv"},
		{"forever.asx", `<ASX VERSION="3.0"><REPEAT><ENTRY><REF HREF="a.wmv"/></ENTRY></REPEAT></ASX>`, strings.TrimSpace(strings.Repeat("a.wmv ", 12))},
		{"mark.asx", "\uFEFF<ASX VERSION=\"3.0\"><PARAM NAME=\"Encoding\" VALUE=\"UTF-8\"/><ENTRY><REF HREF=\"music/grün.wma\"/></ENTRY></ASX>", "grün.wma"},
		{"latin.asx", "<ASX VERSION=\"3.0\"><ENTRY><REF HREF=\"music/gr\xFCn.wma\"/></ENTRY></ASX>", "grün.wma"},
		{"little.asx", utf16Of(`<ASX VERSION="3.0"><ENTRY><REF HREF="music/grün.wma"/></ENTRY></ASX>`, binary.LittleEndian), "grün.wma"},
		{"big.wpl", utf16Of(`<?wpl version="1.0"?><smil><body><seq><media src="music\grün.wma"/></seq></body></smil>`, binary.BigEndian), "grün.wma"},
		{"reference.asx", "[Reference]\r\nRef2=gone.wmv\r\nRef1=a.wmv\r\n", "a.wmv"},
		{"comment.asx", "<!-- made by hand -->\n<ASX VERSION=\"3.0\"><ENTRY><REF HREF=\"a.wmv\"/></ENTRY></ASX>", "a.wmv"},
		{"event.asx", `<ASX VERSION="3.0"><ENTRY><REF HREF="a.wmv"/></ENTRY><EVENT NAME="ad" WHENDONE="RESUME"><ENTRY><REF HREF="b c.wmv"/></ENTRY></EVENT></ASX>`, "a.wmv"},
		{"video.wvx", `<ASX VERSION="3.0"><ENTRY><REF HREF="a.wmv"/></ENTRY></ASX>`, "a.wmv"},
		{"audio.wax", `<ASX VERSION="3.0"><ENTRY><REF HREF="music/d.wma"/></ENTRY></ASX>`, "d.wma"},

		{"plain.m3u", "a.wmv\r\n# a comment\r\n\r\nmusic\\d.wma\r\n", "a.wmv d.wma"},
		{"latin.m3u", "music/gr\xFCn.wma\n", "grün.wma"},
		{"extended.m3u8", "\uFEFF#EXTM3U\n#PLAYLIST:Mine\n#EXTINF:123 tvg-id=\"x\" tvg-logo=\"l,o.png\",Ä, b\na.wmv\n#EXTINF:-1,\n#EXTGRP:x\n#UNKNOWN:y\n./music/grün.wma\n", "a.wmv grün.wma"},
		{"old-mac.m3u", "a.wmv\rb c.wmv\r", "a.wmv b c.wmv"},
		{"vlc.m3u", "#EXTM3U\n#EXTINF:10,x\n#EXTVLCOPT:start-time=1\n#EXTVLCOPT:network-caching=1000\na.wmv\n", "a.wmv"},
		{"root.m3u", "C:\\WMPub\\WMRoot\\a.wmv\nc:/wmpub/wmroot/music/d.wma\n", "a.wmv d.wma"},
		{"letters.m3u", "A.WMV\nMusic\\D.wma\n", "a.wmv d.wma"},
		{"list.m3u", "inner.asx\na.wmv\n", "b c.wmv d.wma a.wmv"},
		{"far.m3u", "http://127.0.0.1:1/none\na.wmv\n", "a.wmv"},

		{"winamp.pls", "[playlist]\r\nFile1=a.wmv\r\nTitle1=One\r\nLength1=-1\r\nFile2=music\\d.wma\r\nNumberOfEntries=2\r\nVersion=2\r\n", "a.wmv d.wma"},
		{"short.pls", "[Playlist]\nfile2=b c.wmv\nFILE1=a.wmv\n", "a.wmv b c.wmv"},
		{"wrong.pls", "[playlist]\nNumberOfEntries=7\nFile1=a.wmv\nFile5=b c.wmv\nTitle9=x\n", "a.wmv b c.wmv"},
		{"headless.pls", "File1=a.wmv\n", "a.wmv"},
		{"latin.pls", "[playlist]\nFile1=music/gr\xFCn.wma\nTitle1=Gr\xFC\xDFe\n", "grün.wma"},

		{"nine.wpl", `<?wpl version="1.0"?><smil><head><meta name="Generator" content="x"/><title>T</title></head><body><seq><media src="a.wmv" tid="{0}"/><media src="music\d.wma"/></seq></body></smil>`, "a.wmv d.wma"},
		{"zune.wpl", `<?zpl version="2.0"?><smil><head><guid>{0}</guid></head><body><seq><media src="a.wmv" serviceId="{0}" trackTitle="t" duration="1000"/></seq></body></smil>`, "a.wmv"},
		{"declared.wpl", "<?wpl version=\"1.0\" encoding=\"iso-8859-1\"?><smil><body><seq><media src=\"music/gr\xFCn.wma\"/></seq></body></smil>", "grün.wma"},
	}
	var points []config.Point
	for _, f := range files {
		points = append(points, config.Point{Name: f.name, Path: write(t, dir, "lists/"+f.name, f.text)})
	}
	s, _ := start(t, testConfig(points...))
	for _, f := range files {
		if got := played(t, s, f.name); got != f.want {
			t.Errorf("%s plays %q, want %q", f.name, got, f.want)
		}
	}
}

// What would play something else than is meant is refused at the start.
func TestListsForPlayersAreRefused(t *testing.T) {
	dir := films(t, "lists/a.wmv", "secret.wmv")
	for name, tt := range map[string]struct{ text, words string }{
		"drive.m3u": {"a.wmv\nD:\\Music\\a.wmv\n", `D:\Music\a.wmv is a place on a Windows machine`}, "share.pls": {"[playlist]\nFile1=\\\\host\\films\\a.wmv\n", "Windows machine"},
		"out.asx":  {`<ASX VERSION="3.0"><ENTRY><REF HREF="..\secret.wmv"/></ENTRY></ASX>`, "neither in the folder of the list nor in a published one"},
		"base.asx": {`<ASX VERSION="3.0"><BASE HREF="/etc"/><ENTRY><REF HREF="passwd"/></ENTRY></ASX>`, "neither in the folder"},
	} {
		s, err := New(testConfig(config.Point{Name: "list", Path: write(t, dir, "lists/"+name, tt.text)}), slog.New(slog.DiscardHandler))
		if err == nil {
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), tt.words) || !strings.Contains(err.Error(), filepath.Base(name)) {
			t.Errorf("%s: %v, want %q", name, err, tt.words)
		}
	}
}
