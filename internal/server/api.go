package server

import (
	"cmp"
	"os/exec"
	"slices"
	"time"

	"caracal/internal/config"
	"caracal/internal/metrics"
	"caracal/internal/session"
	"caracal/web/api"
)

// apiRoot is where the API is on the admin listener.
const apiRoot = "/api/"

// newAPI makes the API of what is published, of who plays it, and of the rest.
func (s *Server) newAPI() *api.API {
	points := apiPoints{s.published}
	return api.New(api.Options{
		Access: apiAccess{s}, Accounts: s.newAPIAccounts(), Server: s.apiServer, Points: points, Playlists: apiPlaylists{s}, Live: apiLive{s},
		Players: apiPlayers{s}, Events: s.events, Log: s.kept, Limits: apiLimits{s.published}, Configuration: apiConfiguration{s},
	})
}

func (s *Server) apiServer() api.Server {
	a := api.Server{
		Version: Version().Text, Started: s.started.UTC(), Uptime: time.Since(s.started).Seconds(),
		Listeners: s.apiListeners(), Points: len(apiPoints{s.published}.names()),
		Cache: api.Cache{Used: s.cache.Used(), Budget: int64(s.config().Cache.Memory)}, Events: s.counter.snapshot(),
		Persistent: s.cfg.State != "", PublicHost: s.PublicHost(), FFmpeg: hasFFmpeg(s.cfg),
	}
	s.lookCertificates(func(c *metrics.Certificate) {
		a.Certificates = append(a.Certificates, api.Certificate{File: c.File, NotAfter: c.NotAfter.UTC()})
	})
	slices.SortFunc(a.Certificates, func(x, y api.Certificate) int { return cmp.Compare(x.File, y.File) })
	a.Players.Now, a.Players.Total = s.sessions.Count()
	return a
}

// hasFFmpeg says whether FFmpeg would be found.
func hasFFmpeg(c *config.Config) bool {
	name := c.FFmpeg.Path
	if name == "" {
		name = "ffmpeg"
	}
	_, err := exec.LookPath(name)
	return err == nil
}

func (s *Server) apiListeners() []api.Listener {
	list := []api.Listener{{Protocol: "http", Address: s.Addr().String(), Connections: s.http.Connections()}}
	add := func(protocol, point string, st *statusFront) {
		if st != nil {
			list = append(list, api.Listener{
				Protocol: protocol, Address: st.Address, Point: point, Connections: st.Connections, UDPPort: st.UDPPort,
			})
		}
	}
	add("rtsp", "", s.rtsp.status())
	add("mms", "", s.mms.status())
	for name, f := range s.distributions() {
		add("msbd", name, f.status())
	}
	if a := s.AdminAddr(); a != nil {
		list = append(list, api.Listener{Protocol: "admin", Address: a.String(), Connections: int(s.admin.connections.Load())})
	}
	return list
}

// apiPlayers are who is connected.
type apiPlayers struct{ server *Server }

// All are the players and encoders, the oldest first.
func (a apiPlayers) All() []api.Player {
	all := a.server.sessions.All()
	list := make([]api.Player, len(all))
	for i, ses := range all {
		list[i] = a.player(ses)
	}
	slices.SortFunc(list, func(x, y api.Player) int {
		return cmp.Or(x.Started.Compare(y.Started), cmp.Compare(x.ID, y.ID))
	})
	return list
}

func (a apiPlayers) player(ses *session.Session) api.Player {
	n := ses.Snapshot()
	p := api.Player{
		ID: n.ID, Protocol: n.Protocol, Address: n.Address, Agent: n.Agent, Account: n.Account, Target: n.Target, Via: ses.Player.Via,
		State: n.State, Started: n.Started.UTC(), Packets: n.Packets, Bytes: n.Bytes, Late: n.Late, Skipped: n.Skipped,
		Lost: n.Lost, Jitter: n.Jitter,
	}
	if at := a.server.targetOf(n.Target); at != nil {
		p.Point = &at.Name
	}
	return p
}

func (a apiPlayers) find(id uint32) *session.Session {
	for _, ses := range a.server.sessions.All() {
		if ses.ID() == id {
			return ses
		}
	}
	return nil
}

// Get is one of them.
func (a apiPlayers) Get(id uint32) (api.Player, bool) {
	ses := a.find(id)
	if ses == nil {
		return api.Player{}, false
	}
	return a.player(ses), true
}

// End ends one as its protocol ends a stream.
func (a apiPlayers) End(id uint32) bool {
	ses := a.find(id)
	if ses == nil {
		return false
	}
	a.server.log.Info("a player is ended by an order", "session", id, "target", ses.Who().Target)
	ses.End(session.ErrByAdministrator)
	return true
}
