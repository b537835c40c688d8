package server

import (
	"fmt"
	"net/http"
	"strings"

	"caracal/internal/announce"
	"caracal/internal/config"
)

// maxRows bounds the page of a large archive.
const maxRows = 1000

const (
	pageHead = `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<HTML>
<HEAD><TITLE>Caracal</TITLE></HEAD>
<BODY>
<H1>Caracal</H1>
`
	pageFoot = `<P>In VLC, or Windows Media Player up to version 10, open the mms address, or click on ASX.
Later versions, MPlayer, mpv and others take the http address.
<A HREF="/` + config.Reserved + `/status">Status</A></P>
</BODY>
</HTML>
`
	pageEmpty = `<P>Nothing is published yet. Put .wmv, .wma or .asf files into the published
folder: they appear here by themselves.</P>
`
	pageSilent = `<P>Nothing is broadcast now. What is, appears here by itself.</P>
`
)

// servePage lists what is published, for browsers as old as the players.
func (s *Server) servePage(w http.ResponseWriter, r *http.Request) {
	items := s.Items()
	host := s.hostFor(r)
	var b strings.Builder
	b.WriteString(pageHead)
	switch {
	case len(items) == 0 && len(s.Waiting()) > 0:
		b.WriteString(pageSilent)
	case len(items) == 0:
		b.WriteString(pageEmpty)
	default:
		b.WriteString("<TABLE BORDER=1 CELLPADDING=4>\n<TR><TH>Name</TH><TH>Size</TH><TH>Play</TH><TH>File</TH></TR>\n")
		for _, it := range items[:min(len(items), maxRows)] {
			s.writeRow(&b, host, it)
		}
		b.WriteString("</TABLE>\n")
	}
	if more := len(items) - maxRows; more > 0 {
		fmt.Fprintf(&b, "<P>and %d more</P>\n", more)
	}
	b.WriteString(pageFoot)
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'")
	fmt.Fprint(w, b.String())
}

func (s *Server) writeRow(b *strings.Builder, host string, it Item) {
	l := s.LinksOf(host, it.Name)
	rtsp := ""
	if l.RTSP != "" {
		rtsp = fmt.Sprintf(" <A HREF=\"%s\">rtsp</A>", l.RTSP)
	}
	size, file := "live", ""
	if !it.Live {
		size, file = sizeText(it.Size), fmt.Sprintf("<A HREF=\"%s?download\">download</A>", l.HTTP)
	}
	fmt.Fprintf(b, "<TR><TD>%s</TD><TD ALIGN=RIGHT>%s</TD>"+
		"<TD><A HREF=\"%s\">mms</A> <A HREF=\"%s\">http</A>%s <A HREF=\"%s\">ASX</A></TD><TD>%s</TD></TR>\n",
		announce.Escape(it.Name), size, l.MMS, l.HTTP, rtsp, l.ASX, file)
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
