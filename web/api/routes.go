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

// routes are all; the document has the same, which a test compares.
func routes() []route {
	const point = "/api/points/{point}"
	const page = "limit cursor"
	return []route{
		{method: "GET", path: "/api/openapi.json", do: (*call).getDocument},
		{method: "GET", path: "/api/server", do: (*call).getServer},
		{method: "GET", path: "/api/session", do: (*call).getSession},
		{method: "POST", path: "/api/session", do: (*call).createSession, open: true},
		{method: "DELETE", path: "/api/session", do: (*call).deleteSession},

		{method: "GET", path: "/api/points", query: page + " q kind state", do: (*call).listPoints},
		{method: "POST", path: "/api/points", do: (*call).createPoint},
		{method: "GET", path: point, do: (*call).getPoint},
		{method: "PUT", path: point, do: (*call).changePoint},
		{method: "DELETE", path: point, do: (*call).deletePoint},
		{method: "POST", path: point + "/reset", do: (*call).resetPoint},
		{method: "POST", path: point + "/start", do: (*call).startPoint},
		{method: "POST", path: point + "/stop", do: (*call).stopPoint},
		{method: "GET", path: point + "/items", query: page, do: (*call).listItems},
		{method: "GET", path: point + "/announcements", query: "item", do: (*call).getAnnouncements},
		{method: "GET", path: point + "/header", query: "item", do: (*call).getHeader},
		{method: "GET", path: point + "/statistics", do: (*call).getStatistics},

		{method: "GET", path: point + "/playlist", do: (*call).getPlaylist},
		{method: "POST", path: point + "/playlist/items", do: (*call).addItem},
		{method: "DELETE", path: point + "/playlist/items/{number}", do: (*call).removeItem},
		{method: "POST", path: point + "/playlist/items/{number}/move", do: (*call).moveItem},
		{method: "POST", path: point + "/skip", do: func(c *call) (reply, error) { return c.skip(1) }},
		{method: "POST", path: point + "/back", do: func(c *call) (reply, error) { return c.skip(-1) }},
		{method: "POST", path: point + "/insert", do: (*call).insert},
		{method: "POST", path: point + "/event", do: (*call).sendEvent},

		{method: "GET", path: "/api/sources", query: page, do: (*call).listSources},
		{method: "GET", path: "/api/players", query: page + " point protocol account", do: (*call).listPlayers},
		{method: "GET", path: "/api/players/{id}", do: (*call).getPlayer},
		{method: "DELETE", path: "/api/players/{id}", do: (*call).endPlayer},
		{method: "GET", path: "/api/events", query: "type point protocol", stream: (*call).followEvents},

		{method: "GET", path: "/api/accounts", query: page, do: (*call).listAccounts},
		{method: "POST", path: "/api/accounts", do: (*call).addAccount},
		{method: "GET", path: "/api/accounts/{account}", do: (*call).getAccount},
		{method: "PUT", path: "/api/accounts/{account}", do: (*call).changeAccount},
		{method: "DELETE", path: "/api/accounts/{account}", do: (*call).removeAccount},
		{method: "PUT", path: "/api/accounts/{account}/password", do: (*call).setPassword},
		{method: "GET", path: "/api/groups", query: page, do: (*call).listGroups},

		{method: "GET", path: "/api/limits", query: page, do: (*call).getLimits},
		{method: "PUT", path: "/api/limits", do: (*call).changeLimits},
		{method: "GET", path: "/api/log", query: "limit level q point after", do: (*call).getLog},
		{method: "GET", path: "/api/log/stream", query: "level q point", stream: (*call).followLog},

		{method: "GET", path: "/api/configuration", query: page, do: (*call).getConfiguration},
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
