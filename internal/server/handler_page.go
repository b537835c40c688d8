package server

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"caracal/internal/announce"
	"caracal/internal/config"
)

// rowsPerPage is how many items one page lists.
const rowsPerPage = 100

const (
	// pageHead is followed by the title. HTML 3.2 is what Netscape 4 and Internet
	// Explorer 5 read; the type says UTF-8, and so does a page that was stored.
	pageHead = `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<HTML>
<HEAD><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=utf-8">
<TITLE>%s</TITLE></HEAD>
<BODY>
<H1>%[1]s</H1>
`
	pageFoot = `<P><A HREF="/` + config.Reserved + `/status">Status</A></P>
</BODY>
</HTML>
`
	pageHelp = `<P>Choose your player; "any" leaves the choice to the server. A film's name leads to all that
there is to know of it. MPlayer, mpv and others take the http address itself.</P>
`
	pageEmpty = `<P>Nothing is published yet. Put .wmv, .wma or .asf files into the published
folder: they appear here by themselves.</P>
`
	pageSilent = `<P>Nothing is broadcast now. What is, appears here by itself.</P>
`
)

// linked are the players that each row has a link for.
var linked = []struct{ id, text string }{
	{"wmp6", "6.4-8"}, {"wmp9", "9, 10"}, {"wmp11", "11, 12"}, {"vlc", "VLC"},
}

// servePage lists what is published below a folder, for browsers as old as the
// players.
func (s *Server) servePage(w http.ResponseWriter, r *http.Request, folder string) {
	items := s.visible(r, folder)
	var b strings.Builder
	title, self := "Caracal", "/"
	if folder != "" {
		title, self = folder, "/"+announce.EscapePath(folder)+pageExt
	}
	fmt.Fprintf(&b, pageHead, announce.Escape(title))
	switch {
	case len(items) == 0 && len(s.Waiting()) > 0:
		b.WriteString(pageSilent)
	case len(items) == 0:
		b.WriteString(pageEmpty)
	default:
		first, pages := pageOf(r, len(items)), (len(items)+rowsPerPage-1)/rowsPerPage
		b.WriteString("<TABLE BORDER=\"1\" CELLPADDING=\"4\">\n<TR><TH>Name</TH><TH>Title</TH><TH>Size</TH><TH>Windows Media Player, VLC</TH><TH>Address</TH><TH>File</TH></TR>\n")
		items = items[first:min(first+rowsPerPage, len(items))]
		for i, title := range s.titlesOf(items) {
			s.writeRow(&b, s.linksFor(r, items[i].Name), items[i], title)
		}
		b.WriteString("</TABLE>\n")
		writePages(&b, self, first/rowsPerPage+1, pages)
		list := "/" + announce.EscapePath(folder)
		fmt.Fprintf(&b, "<P>All of it: <A HREF=\"%s.asx\">ASX</A> <A HREF=\"%[1]s.wpl\">WPL</A> <A HREF=\"%[1]s.m3u\">M3U</A> <A HREF=\"%[1]s.pls\">PLS</A></P>\n", list)
		b.WriteString(pageHelp)
	}
	b.WriteString(pageFoot)
	sendPage(w, b.String())
}

// pageOf gives the first item of the page that is asked for, the first page if
// there is no such one.
func pageOf(r *http.Request, items int) int {
	n, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || n < 1 || n > (items+rowsPerPage-1)/rowsPerPage {
		return 0
	}
	return (n - 1) * rowsPerPage
}

// writePages leads to the pages beside this one, and to the ends.
func writePages(b *strings.Builder, self string, page, pages int) {
	if pages == 1 {
		return
	}
	fmt.Fprintf(b, "<P>Page %d of %d", page, pages)
	for _, to := range []struct {
		text string
		page int
	}{{"first", 1}, {"previous", page - 1}, {"next", page + 1}, {"last", pages}} {
		if to.page >= 1 && to.page <= pages && to.page != page {
			fmt.Fprintf(b, " <A HREF=\"%s?page=%d\">%s</A>", self, to.page, to.text)
		}
	}
	b.WriteString("</P>\n")
}

func (s *Server) writeRow(b *strings.Builder, l Links, it Item, title string) {
	path := "/" + announce.EscapePath(it.Name)
	size, file := "live", ""
	if !it.Live {
		size, file = sizeText(it.Size), fmt.Sprintf("<A HREF=\"%s?download\">download</A>", path)
	}
	fmt.Fprintf(b, "<TR><TD><A HREF=\"%s%s\">%s</A></TD><TD>%s</TD><TD ALIGN=\"RIGHT\">%s</TD><TD><A HREF=\"%[1]s.asx\">any</A>",
		path, pageExt, announce.Escape(it.Name), announce.Escape(title), size)
	for _, l := range linked {
		fmt.Fprintf(b, " <A HREF=\"%s.asx?player=%s\">%s</A>", path, l.id, l.text)
	}
	b.WriteString("</TD><TD>")
	for _, u := range []struct{ text, url string }{{"mms", l.MMS}, {schemeOf(l.RTSP), l.RTSP}, {schemeOf(l.HTTP), l.HTTP}} {
		if u.url != "" {
			fmt.Fprintf(b, " <A HREF=\"%s\">%s</A>", u.url, u.text)
		}
	}
	fmt.Fprintf(b, "</TD><TD>%s</TD></TR>\n", file)
}

func schemeOf(url string) string {
	scheme, _, _ := strings.Cut(url, ":")
	return scheme
}

// sendPage answers with a page, which runs nothing and takes pictures from here.
func sendPage(w http.ResponseWriter, page string) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; img-src 'self'")
	neverKeep(h)
	fmt.Fprint(w, page)
}

// sizeText writes a size for people.
func sizeText(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%d KB", (n+1023)/1024)
}
