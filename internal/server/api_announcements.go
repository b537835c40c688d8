package server

import (
	"net/url"
	"slices"

	"caracal/internal/announce"
	"caracal/web/api"
)

// Announcements are test links for each generation of players. They are for the host by
// which the API was asked for, unless the configuration says another one.
func (a apiPoints) Announcements(host, name, item string) (api.Announcements, error) {
	s := a.server
	whole, err := a.whole(name, item)
	if err != nil {
		return api.Announcements{}, err
	}
	public := s.PublicHost()
	if s.config().HTTP.PublicHost == "" && isHost(host) {
		public = s.withPort(withoutPort(host))
	}
	ways := s.ways(public, whole)
	web := announce.Endpoint{Scheme: "http", Host: public}
	links := api.Announcements{Name: whole, Links: []api.Link{}}
	for _, p := range announce.Players() {
		l := api.Link{ID: p.ID, Player: p.Name, URLs: []string{}}
		for _, e := range p.Choose(ways, whole) {
			l.URLs = append(l.URLs, e.URL(whole))
		}
		l.URLs = slices.Compact(l.URLs)
		if !p.Leads {
			l.Announcement = web.URL(whole+".asx") + "?player=" + url.QueryEscape(p.ID)
		}
		links.Links = append(links.Links, l)
	}
	return links, nil
}

// withoutPort is a host without the port of the listener that was asked.
func withoutPort(host string) string {
	u := url.URL{Host: host}
	return bracketed(u.Hostname())
}
