package server

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"

	"caracal/internal/config"
	"caracal/internal/point"
	"caracal/internal/sample"
	"caracal/internal/session"
	"caracal/web/api"
)

// published is what the points are: what the configuration says, and what was changed
// of that while the server ran, which comes first.
type published struct {
	server *Server

	change sync.Mutex // held while points come and go
	ended  bool       // none do any more; guarded by change
	mu     sync.RWMutex
	file   *config.Config // as it was read
	now    *config.Config // in force: with what was changed, without what wants a restart
	failed map[string]error
}

func newPublished(s *Server) *published {
	return &published{server: s, file: s.cfg, now: s.cfg, failed: map[string]error{}}
}

// apiPoints are the points as the API has them.
type apiPoints struct{ *published }

var errNoPoint = "no point has the name %q: caracal ctl points lists them"

// List are all points, those included that were stopped or could not be opened.
func (a apiPoints) List() []api.Point {
	players := a.server.playersByPoint()
	list := []api.Point{}
	for _, name := range a.names() {
		if p, err := a.point(name, players); err == nil {
			list = append(list, p)
		}
	}
	return list
}

// names are those of all points, sorted.
func (a apiPoints) names() []string {
	var names []string
	for _, p := range a.server.points.All() {
		names = append(names, p.Name)
	}
	a.mu.RLock()
	defer a.mu.RUnlock()
	for i := range a.now.Points {
		names = append(names, a.now.Points[i].Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Get is one point.
func (a apiPoints) Get(name string) (api.Point, error) {
	return a.point(name, a.server.playersByPoint())
}

func (a apiPoints) point(name string, players map[string]int) (api.Point, error) {
	a.mu.RLock()
	cfg, configured, failed := a.now, a.now.Point(name), a.failed[name]
	a.mu.RUnlock()
	there := a.server.pointNamed(name)
	if configured == nil && there == nil {
		return api.Point{}, api.Errorf(http.StatusNotFound, errNoPoint, name)
	}
	p := api.Point{Name: name, Origin: a.origin(name, configured), Players: players[name]}
	state := a.server.programs.state.point(name)
	if configured != nil {
		p.Definition, p.ETag = definitionJSON(cfg, configured, state)
		p.Multicast, p.Archiving = isMulticast(configured), configured.Broadcast.Archive.Folder != "" && configured.Broadcast.Source != ""
	} else {
		p.ETag = api.ETagOf(name)
	}
	p.Kind = kindOf(configured, there)
	p.State = "ready"
	switch {
	case state.Stopped:
		p.State = "stopped"
		return p, nil
	case failed != nil:
		p.State, p.Error = "failed", failed.Error()
		return p, nil
	case there != nil:
		a.server.describeLive(&p, there)
	}
	return p, nil
}

// describeLive says what is going on in a point.
func (s *Server) describeLive(p *api.Point, there *point.Point) {
	p.List = s.bookNamed(there.Name) != nil
	b := broadcastOf(there.Opener)
	if b == nil {
		return
	}
	p.State = "waiting"
	if items, _ := b.List(); len(items) > 0 {
		p.State = "live"
	}
	p.Now, p.Source = b.stage.now(), b.fed.apiSource()
	p.List = b.fed.list != nil
}

func (f *fed) apiSource() *api.Source {
	st := f.status(true)
	if st == nil {
		return nil
	}
	return &api.Source{
		From: st.From, Phase: st.Phase, Since: st.Since, Packets: st.Packets, Bytes: st.Bytes, BitRate: st.BitRate,
		Starts: st.Starts, Tries: st.Tries, RetryIn: st.RetryIn, Note: st.Note, Error: st.Error,
	}
}

// definitionJSON is a definition without secrets, and the ETag of all of it.
func definitionJSON(cfg *config.Config, p *config.Point, state statePoint) (json.RawMessage, string) {
	d := cfg.Definition(p)
	b, err := json.Marshal(masked(d))
	if err != nil {
		return nil, ""
	}
	return b, api.ETagOf([]any{p.Name, d, state.Stopped})
}

// origin is where a point comes from.
func (a apiPoints) origin(name string, configured *config.Point) string {
	changed := a.server.programs.state.point(name).Definition != nil
	file := a.asRead()
	switch inFile := file.Point(name) != nil; {
	case configured == nil && name == sample.Name && len(file.Points) == 0:
		return "sample"
	case configured == nil:
		return "encoder"
	case changed && inFile:
		return "changed"
	case changed:
		return "state"
	case file.InFile(name):
		return "file"
	}
	return "flag"
}

func kindOf(c *config.Point, there *point.Point) string {
	switch {
	case c == nil && broadcastOf(there.Opener) != nil, c != nil && c.Broadcast.Source != "":
		return "broadcast"
	case c == nil:
		return "on-demand"
	case c.Proxy.Origin != "":
		return "proxy"
	case c.Redirect != "":
		return "redirect"
	case isListFile(c.Path):
		return "playlist"
	}
	return "on-demand"
}

// playersByPoint counts who is there for each point.
func (s *Server) playersByPoint() map[string]int {
	counts := map[string]int{}
	for _, ses := range s.sessions.All() {
		if p := s.targetOf(ses.Who().Target); p != nil && isPlayer(ses) {
			counts[p.Name]++
		}
	}
	return counts
}

// encoderProtocol is what the sessions of encoders are said to speak.
const encoderProtocol = "push"

// isPlayer tells a player's session from that of an encoder.
func isPlayer(ses *session.Session) bool { return ses.Player.Protocol != encoderProtocol }

// Items are what a point publishes.
func (a apiPoints) Items(name string) ([]api.Item, error) {
	p := a.server.pointNamed(name)
	if p == nil {
		return nil, api.Errorf(http.StatusNotFound, errNoPoint, name)
	}
	found, err := p.Opener.List()
	if err != nil {
		return nil, err
	}
	items := make([]api.Item, len(found))
	for i, it := range found {
		items[i] = api.Item{Name: it.Name, Size: it.Size, Live: it.Live}
	}
	slices.SortFunc(items, func(x, y api.Item) int { return cmp.Compare(x.Name, y.Name) })
	return items, nil
}

// whole is the name of an item of a point below the host.
func (a apiPoints) whole(name, item string) (string, error) {
	if a.server.pointNamed(name) == nil {
		return "", api.Errorf(http.StatusNotFound, errNoPoint, name)
	}
	return strings.Trim(name+"/"+strings.Trim(item, "/"), "/"), nil
}

// notThere says what is wrong with an item that cannot be opened.
func notThere(name string, err error) error {
	switch {
	case errors.Is(err, point.ErrNotLive):
		return api.Errorf(http.StatusConflict, "nothing is being broadcast here now")
	case errors.Is(err, point.ErrNotFound):
		return api.Errorf(http.StatusNotFound, "there is no %q to be played", name)
	}
	return api.Errorf(http.StatusConflict, "%q cannot be played: %v", name, err)
}
