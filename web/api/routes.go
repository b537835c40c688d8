package api

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// route is what is done for one method of one path.
type route struct {
	method, path string
	query        string // the parameters that it knows, with blanks between
	do           func(*call) (reply, error)
	stream       func(*call) error // in the place of do
	open         bool              // for who has not proved who he is
}

// What of many routes is the same.
const (
	ofPoint = "/api/points/{point}"
	paging  = "limit cursor"
)

// routes are all; the document has the same, which a test compares.
func routes() []route {
	return slices.Concat(pointRoutes(), playlistRoutes(), watchingRoutes(), accountRoutes(), serverRoutes())
}

// pointRoutes are about points and what is under them.
func pointRoutes() []route {
	return []route{
		{method: "GET", path: "/api/points", query: paging + " q kind state", do: (*call).listPoints},
		{method: "POST", path: "/api/points", do: (*call).createPoint},
		{method: "GET", path: ofPoint, do: (*call).getPoint},
		{method: "PUT", path: ofPoint, do: (*call).changePoint},
		{method: "DELETE", path: ofPoint, do: (*call).deletePoint},
		{method: "POST", path: ofPoint + "/reset", do: (*call).resetPoint},
		{method: "POST", path: ofPoint + "/start", do: (*call).startPoint},
		{method: "POST", path: ofPoint + "/stop", do: (*call).stopPoint},
		{method: "GET", path: ofPoint + "/items", query: paging, do: (*call).listItems},
		{method: "GET", path: ofPoint + "/announcements", query: "item", do: (*call).getAnnouncements},
		{method: "GET", path: ofPoint + "/header", query: "item", do: (*call).getHeader},
		{method: "GET", path: ofPoint + "/statistics", do: (*call).getStatistics},
	}
}

// playlistRoutes are about what a point plays by a list.
func playlistRoutes() []route {
	return []route{
		{method: "GET", path: ofPoint + "/playlist", do: (*call).getPlaylist},
		{method: "POST", path: ofPoint + "/playlist/items", do: (*call).addItem},
		{method: "DELETE", path: ofPoint + "/playlist/items/{number}", do: (*call).removeItem},
		{method: "POST", path: ofPoint + "/playlist/items/{number}/move", do: (*call).moveItem},
		{method: "POST", path: ofPoint + "/skip", do: func(c *call) (reply, error) { return c.skip(1) }},
		{method: "POST", path: ofPoint + "/back", do: func(c *call) (reply, error) { return c.skip(-1) }},
		{method: "POST", path: ofPoint + "/insert", do: (*call).insert},
		{method: "POST", path: ofPoint + "/event", do: (*call).sendEvent},
	}
}

// watchingRoutes are about sources and players, and what becomes of them.
func watchingRoutes() []route {
	return []route{
		{method: "GET", path: "/api/sources", query: paging, do: (*call).listSources},
		{method: "GET", path: "/api/players", query: paging + " point protocol account", do: (*call).listPlayers},
		{method: "GET", path: "/api/players/{id}", do: (*call).getPlayer},
		{method: "DELETE", path: "/api/players/{id}", do: (*call).endPlayer},
		{method: "GET", path: "/api/events", query: "type point protocol", stream: (*call).followEvents},
	}
}

// accountRoutes are about accounts.
func accountRoutes() []route {
	return []route{
		{method: "GET", path: "/api/accounts", query: paging, do: (*call).listAccounts},
		{method: "POST", path: "/api/accounts", do: (*call).addAccount},
		{method: "GET", path: "/api/accounts/{account}", do: (*call).getAccount},
		{method: "PUT", path: "/api/accounts/{account}", do: (*call).changeAccount},
		{method: "DELETE", path: "/api/accounts/{account}", do: (*call).removeAccount},
		{method: "PUT", path: "/api/accounts/{account}/password", do: (*call).setPassword},
		{method: "GET", path: "/api/groups", query: paging, do: (*call).listGroups},
	}
}

// serverRoutes are about the server itself, who asks, its log and its configuration.
func serverRoutes() []route {
	return []route{
		{method: "GET", path: "/api/openapi.json", do: (*call).getDocument},
		{method: "GET", path: "/api/server", do: (*call).getServer},
		{method: "GET", path: "/api/session", do: (*call).getSession},
		{method: "POST", path: "/api/session", do: (*call).createSession, open: true},
		{method: "DELETE", path: "/api/session", do: (*call).deleteSession},

		{method: "GET", path: "/api/limits", query: paging, do: (*call).getLimits},
		{method: "PUT", path: "/api/limits", do: (*call).changeLimits},
		{method: "GET", path: "/api/log", query: "limit level q point after", do: (*call).getLog},
		{method: "GET", path: "/api/log/stream", query: "level q point", stream: (*call).followLog},

		{method: "GET", path: "/api/configuration", query: paging, do: (*call).getConfiguration},
		{method: "POST", path: "/api/configuration/check", do: (*call).checkConfiguration},
		{method: "POST", path: "/api/configuration/diff", do: (*call).diffConfiguration},
		{method: "POST", path: "/api/configuration/reload", do: (*call).reloadConfiguration},
		{method: "GET", path: "/api/configuration/points.yaml", do: (*call).exportPoints},
	}
}

func byPath(list []route) map[string]map[string]*route {
	paths := map[string]map[string]*route{}
	for i := range list {
		r := &list[i]
		if paths[r.path] == nil {
			paths[r.path] = map[string]*route{}
		}
		paths[r.path][r.method] = r
	}
	return paths
}

// allow lists methods for the header of that name.
func allow(methods map[string]*route) string {
	names := slices.Collect(maps.Keys(methods))
	if methods[http.MethodGet] != nil {
		names = append(names, http.MethodHead)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// checkQuery refuses what is not known, which would be a filter that does not filter.
func (rt *route) checkQuery(r *http.Request) error {
	known := strings.Fields(rt.query)
	for name, values := range r.URL.Query() {
		if !slices.Contains(known, name) {
			return Errorf(http.StatusBadRequest, "the parameter %q is not known here: %s", name, orNone(known))
		}
		if len(values) > 1 {
			return Errorf(http.StatusBadRequest, "the parameter %q is given twice", name)
		}
	}
	return nil
}

func orNone(known []string) string {
	if len(known) == 0 {
		return "there are none"
	}
	return "there are " + strings.Join(known, ", ")
}
