package server

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"caracal/asf"
	"caracal/internal/announce"
	"caracal/internal/playlist/metafile"
	"caracal/internal/point"
)

// maxPageStreams is how many streams of a film its page tells of: headers hold no more.
const maxPageStreams = asf.MaxStreams

// itemPage writes the page about one item.
type itemPage struct {
	strings.Builder
	d    *announced
	path string // of the item
}

// serveItemPage answers with all there is to know of an item, and how to open it.
func (s *Server) serveItemPage(w http.ResponseWriter, r *http.Request, d *announced) {
	p := itemPage{d: d, path: "/" + announce.EscapePath(d.name)}
	fmt.Fprintf(&p, pageHead, announce.Escape(d.about.Title))
	if d.picture != "" {
		fmt.Fprintf(&p, "<P><IMG SRC=\"/%s\" ALT=\"\"></P>\n", announce.EscapePath(d.picture))
	}
	p.table()
	p.row("Name", d.name)
	p.row("Author", d.about.Author)
	p.row("Copyright", d.about.Copyright)
	p.row("About", d.about.Abstract)
	if d.info != nil {
		p.facts(d.info)
	}
	p.endTable()
	if d.info != nil {
		p.streams(d.info.Header)
		p.markers()
	}
	s.writePlayers(&p, r)
	p.lists()
	p.WriteString("<P><A HREF=\"/\">All that is here</A></P>\n" + pageFoot)
	sendPage(w, p.String())
}

func (p *itemPage) table(heads ...string) {
	p.WriteString("<TABLE BORDER=\"1\" CELLPADDING=\"4\">\n")
	if len(heads) > 0 {
		fmt.Fprintf(p, "<TR><TH>%s</TH></TR>\n", strings.Join(heads, "</TH><TH>"))
	}
}

func (p *itemPage) endTable() { p.WriteString("</TABLE>\n") }

// row writes one fact, if it is known.
func (p *itemPage) row(what, text string) {
	if text != "" {
		fmt.Fprintf(p, "<TR><TD>%s</TD><TD>%s</TD></TR>\n", what, announce.Escape(text))
	}
}

func (p *itemPage) facts(info *point.Info) {
	if info.Broadcast {
		p.row("Duration", "live")
	} else {
		p.row("Duration", clock(info.Duration))
		p.row("Size", sizeText(info.Size))
	}
	if info.BitRate > 0 {
		p.row("Bit rate", rateText(info.BitRate))
	}
	p.row("Seeking", map[bool]string{true: "yes", false: "no"}[info.Seekable])
}

func (p *itemPage) streams(h *asf.Header) {
	p.WriteString("<H2>Streams</H2>\n")
	p.table("Number", "Kind", "Format", "Bit rate")
	streams := h.Streams()
	for _, st := range streams[:min(len(streams), maxPageStreams)] {
		format := ""
		if v, ok := st.VideoFormat(); ok {
			format = fmt.Sprintf("%s, %d x %d", v.Compression, v.EncodedWidth, v.EncodedHeight)
		}
		if a, ok := st.WaveFormat(); ok {
			format = fmt.Sprintf("%#04x, %d Hz, %d channels", a.Tag, a.SampleRate, a.Channels)
		}
		fmt.Fprintf(p, "<TR><TD>%d</TD><TD>%s</TD><TD>%s</TD><TD>%s</TD></TR>\n",
			st.Number(), st.Kind(), announce.Escape(announce.Text(format)), rateText(h.BitRate(st.Number())))
	}
	p.endTable()
}

// markers lists the places in the film; each leads there in the player that has it.
func (p *itemPage) markers() {
	if len(p.d.markers) == 0 {
		return
	}
	p.WriteString("<H2>Markers</H2>\n")
	p.table("Number", "At", "Name")
	for i, m := range p.d.markers {
		fmt.Fprintf(p, "<TR><TD><A NAME=\"marker%d\">%[1]d</A></TD><TD>%s</TD><TD><A HREF=\"%s.asx?marker=%[1]d\">%[4]s</A></TD></TR>\n",
			i+1, clock(m.Time), p.path, announce.Escape(markerName(m, i)))
	}
	p.endTable()
}

func markerName(m asf.MarkerPoint, i int) string {
	if m.Name == "" {
		return fmt.Sprintf("Marker %d", i+1)
	}
	return m.Name
}

// writePlayers says how each generation of players opens the item.
func (s *Server) writePlayers(p *itemPage, r *http.Request) {
	p.WriteString("<H2>Players</H2>\n")
	p.table("Player", "Open", "It tries, in this order")
	for _, player := range announce.Players() {
		var urls []string
		for _, ref := range s.refs(&player, r, p.d.name, forms[".asx"].formFor(&player)) {
			urls = append(urls, announce.Escape(ref.URL))
		}
		open := fmt.Sprintf("<A HREF=\"%s.asx?player=%s\">open</A>", p.path, player.ID)
		if player.Leads {
			open = "the address"
		}
		fmt.Fprintf(p, "<TR><TD>%s</TD><TD>%s</TD><TD>%s</TD></TR>\n", announce.Escape(player.Name), open, strings.Join(urls, "<BR>"))
	}
	p.endTable()
}

func (p *itemPage) lists() {
	p.WriteString("<P>For the player that you have:")
	for _, ext := range []string{".asx", ".wax", ".wvx", ".wpl", ".m3u", ".pls"} {
		fmt.Fprintf(p, " <A HREF=\"%s%s\">%s</A>", p.path, ext, strings.ToUpper(ext[1:]))
	}
	fmt.Fprintf(p, " <A HREF=\"%s.asx?form=%s\">[Reference]</A></P>\n", p.path, metafile.Reference)
}

// clock writes a time as players show it.
func clock(d time.Duration) string {
	s := int64(d.Round(time.Second) / time.Second)
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

func rateText(bits uint32) string {
	if bits == 0 {
		return "not known"
	}
	return fmt.Sprintf("%d kbit/s", (bits+500)/1000)
}
