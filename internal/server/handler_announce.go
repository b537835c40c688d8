package server

import (
	"errors"
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"

	"caracal/internal/announce"
	"caracal/internal/playlist/metafile"
	"caracal/internal/point"
)

// contentASF is the type of .asx files as of the content itself: players before
// Windows Media Player 7 know no other, and those after it take it.
const contentASF = "video/x-ms-asf"

// pageExt is the ending of the page about something.
const pageExt = ".htm"

// form is a kind of announcement.
type form struct {
	format  metafile.Format // Unknown: the page
	content string          // the type that players expect; under another some take it for the film
	endings []string        // film.asx may stand for film with one of these
}

var (
	filmEndings = []string{"", ".wmv", ".asf", ".wma", ".wm"}
	songEndings = []string{"", ".wma", ".asf", ".wm", ".wmv"}
	reference   = form{metafile.Reference, contentASF, filmEndings}
	forms       = map[string]form{
		".asx":  {metafile.ASX, contentASF, filmEndings},
		".wvx":  {metafile.ASX, "video/x-ms-wvx", filmEndings},
		".wmx":  {metafile.ASX, "video/x-ms-wmx", filmEndings},
		".wax":  {metafile.ASX, "audio/x-ms-wax", songEndings},
		".wpl":  {metafile.WPL, "application/vnd.ms-wpl", filmEndings},
		".m3u":  {metafile.M3U, "audio/x-mpegurl", filmEndings},
		".pls":  {metafile.PLS, "audio/x-scpls", filmEndings},
		pageExt: {metafile.Unknown, "text/html; charset=utf-8", filmEndings},
	}
)

func isAnnouncement(name string) bool {
	_, ok := forms[strings.ToLower(path.Ext(name))]
	return ok
}

// formFor is the form in which a player gets what it asks for.
func (f form) formFor(p *announce.Player) form {
	switch {
	case p.Leads:
		f = forms[".m3u"]
	case p.Short:
		f = reference
	case f.format == metafile.WPL && !p.WPL:
		f = forms[".asx"]
	}
	switch {
	case p.NotASF && f.content == contentASF:
		f.content = forms[".wvx"].content
	case p.NoWMX && f.content == forms[".wmx"].content:
		f.content = contentASF
	}
	return f
}

// serveAnnouncement answers for film.wmv.asx, for film.asx when there is a
// film.wmv or the like, and for folder.asx with what is in the folder.
func (s *Server) serveAnnouncement(w http.ResponseWriter, r *http.Request, name string) {
	ext := path.Ext(name)
	base, f := strings.Trim(strings.TrimSuffix(name, ext), "/"), forms[strings.ToLower(ext)]
	if r.URL.Query().Get("form") == "reference" {
		f = reference
	}
	var d *announced
	err := point.ErrNotFound
	if base != "" {
		d, err = s.find(base, f.endings)
	}
	switch {
	case err == nil && !s.admitsFound(w, r, name, d.name):
	case err == nil && f.format == metafile.Unknown:
		s.serveItemPage(w, r, d)
	case err == nil:
		s.announce(w, r, d, f)
	case errors.Is(err, point.ErrNotFound) && len(s.below(base)) > 0:
		s.announceFolder(w, r, base, f)
	default:
		s.missing(w, r, err)
	}
}

// redirect answers a browser that asks for content itself, as Windows Media
// Services do: with a short file that leads a player there.
func (s *Server) redirect(w http.ResponseWriter, r *http.Request, name string) {
	d, err := s.describe(name)
	if err != nil {
		s.missing(w, r, err)
		return
	}
	f := reference
	if s.waysFor(r, name)[announce.Station].Host != "" { // which the short form never led to
		f = forms[".asx"]
	}
	s.announce(w, r, d, f)
}

// playerOf tells who asks, or who the query says that it is for.
func (s *Server) playerOf(w http.ResponseWriter, r *http.Request) (announce.Player, bool) {
	if h := w.Header(); h.Get("Vary") == "" {
		h.Set("Vary", "User-Agent")
	}
	id := r.URL.Query().Get("player")
	if id == "" {
		return announce.ByAgent(r.UserAgent()), true
	}
	p, ok := announce.ByID(id)
	if !ok {
		var known []string
		for _, p := range announce.Players() {
			known = append(known, p.ID)
		}
		s.refuse(w, r, http.StatusBadRequest, "There is no such player here: player="+strings.Join(known, ", ")+".")
	}
	return p, ok
}

// announce answers with the announcement of an item.
func (s *Server) announce(w http.ResponseWriter, r *http.Request, d *announced, f form) {
	p, ok := s.playerOf(w, r)
	if !ok {
		return
	}
	f = f.formFor(&p)
	if to := p.Choose(s.waysFor(r, d.name), d.name)[0]; p.Leads && to.IsWeb() {
		neverKeep(w.Header())
		http.Redirect(w, r, to.URL(d.name), http.StatusFound)
		return
	}
	e := metafile.Entry{About: d.about, Refs: s.refs(&p, r, d.name, f)}
	web := s.webOf(r)
	e.MoreInfo = web.URL(d.name + pageExt)
	if d.picture != "" {
		e.Banner = metafile.Banner{Image: web.URL(d.picture), Text: e.Title, Link: e.MoreInfo}
	}
	if d.info != nil {
		e.Length = d.info.Duration
	}
	if !s.setStart(&e, d, &p, f, r.URL.Query().Get("marker")) {
		s.refuse(w, r, http.StatusNotFound, "There is no such marker: the page of the film lists them.")
		return
	}
	writeList(w, f, &metafile.List{About: metafile.About{Title: e.Title}, Entries: []metafile.Entry{e}})
}

// refs are the URLs that a player is to try.
func (s *Server) refs(p *announce.Player, r *http.Request, name string, f form) []metafile.Ref {
	var refs []metafile.Ref
	for _, e := range p.Choose(s.waysFor(r, name), name) {
		if f.format == metafile.Reference {
			e = e.Streamed()
		}
		refs = append(refs, metafile.Ref{URL: e.URL(name)})
	}
	return refs
}

// setStart has an entry begin at a marker, which counts from 1; "" is none. The
// marker itself is for players that look for it in the film, the time for others.
func (s *Server) setStart(e *metafile.Entry, d *announced, p *announce.Player, f form, marker string) bool {
	if marker == "" {
		return true
	}
	n, err := strconv.Atoi(marker)
	if err != nil || n < 1 || n > len(d.markers) {
		return false
	}
	if p.Marker && f.format == metafile.ASX {
		e.StartMarker = strconv.Itoa(n)
	} else {
		e.Start = d.markers[n-1].Time
	}
	return true
}

// announceFolder answers with the announcement of what is below a name.
func (s *Server) announceFolder(w http.ResponseWriter, r *http.Request, folder string, f form) {
	if f.format == metafile.Unknown {
		s.servePage(w, r, folder)
		return
	}
	p, ok := s.playerOf(w, r)
	if !ok {
		return
	}
	f = f.formFor(&p)
	items := s.visible(r, folder)
	l := &metafile.List{About: metafile.About{Title: titleByName(folder)}}
	if folder == "" {
		l.Title = s.webOf(r).Host
	}
	if more := len(items) - maxListed; more > 0 {
		items = items[:maxListed]
		l.Abstract = fmt.Sprintf("The first %d; there are %d more.", maxListed, more)
	}
	for i, title := range s.titlesOf(items) {
		it := items[i]
		l.Entries = append(l.Entries, metafile.Entry{
			About: metafile.About{Title: title}, Refs: s.refs(&p, r, it.Name, f),
		})
	}
	writeList(w, f, l)
}

// writeList answers with a list that nobody is to keep: players ask again for
// what they are sure to have not.
func writeList(w http.ResponseWriter, f form, l *metafile.List) {
	b, _ := l.Write(f.format)
	h := w.Header()
	h.Set("Content-Type", f.content)
	h.Set("X-Content-Type-Options", "nosniff")
	neverKeep(h)
	w.Write(b)
}

// neverKeep says it in the words of HTTP 1.1, of 1.0 and of old browsers.
func neverKeep(h http.Header) {
	h.Set("Cache-Control", "no-cache")
	h.Set("Pragma", "no-cache")
	h.Set("Expires", "Thu, 01 Jan 1970 00:00:00 GMT")
}
