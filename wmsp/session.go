package wmsp

import (
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"

	"caracal/internal/auth"
	"caracal/internal/event"
	"caracal/internal/front"
	"caracal/internal/head"
	"caracal/internal/point"
	"caracal/internal/session"
)

// client is the server's state for one player, [MS-WMSP] 3.2.1: what its
// client-id stands for. Requests for it may come on several connections at
// once.
type client struct {
	srv     *Server
	session *session.Session
	pair    pairKey
	owed    front.Owed  // requests after an entry that it was told of
	unsaid  atomic.Bool // it has had packets for which it has not sent a log

	mu       sync.Mutex
	owner    auth.Identity // nobody: whoever has the client-id
	features head.Features // Client-features
	data     *conn         // Data-Connection; nil when nothing streams
	stream   *stream       // what streams there
	places   places        // in a list
	played   bool
	gone     bool
}

// pairKey finds the Describe of a player that does not send back its
// client-id in its Play.
type pairKey struct {
	addr netip.Addr
	guid string
	path string

	account, key string // of the Identity
}

func keyOf(c *conn, r *Request) pairKey {
	guid := r.Pragma.ClientGUID
	id := &c.access.who
	return pairKey{c.from.Addr(), guid[:min(len(guid), maxKept)], r.Path, id.Account, id.Key}
}

// newClient makes new state for a player, [MS-WMSP] 3.2.3.
func (c *conn) newClient(r *Request, p *point.Point) (*client, error) {
	key := keyOf(c, r)
	// Copies: a session outlives the head that these are parts of.
	key.guid, key.path = short(key.guid), strings.Clone(key.path)
	cl := &client{srv: c.srv, pair: key, features: DefaultFeatures, owner: c.access.who}
	who := c.who(r)
	who.Agent, who.GUID, who.Target = short(who.Agent), key.guid, key.path
	who.Via, who.Behind, who.Point = short(who.Via), short(who.Behind), "/"+p.Name
	if err := cl.admit(who); err != nil {
		return nil, err
	}
	cl.learn(r)
	return cl, nil
}

// admit begins the session. Whoever ends it as soon as it is admitted waits until
// it is all there.
func (cl *client) admit(p event.Player) (err error) {
	cl.mu.Lock()
	defer cl.mu.Unlock()
	if cl.session, err = cl.srv.opt.Sessions.Admit(p, cl.end); err != nil {
		return err
	}
	if _, ok := cl.srv.clients.Claim(cl, cl.session.ID); !ok {
		cl.session.Close(reasonRefused)
		return session.ErrDraining
	}
	return nil
}

// maxKept is how much of a header a session keeps, bytes: each one is
// remembered for a minute, and asking for one costs a player nothing.
const maxKept = 256

func short(s string) string { return strings.Clone(s[:min(len(s), maxKept)]) }

// findClient returns the state that a request names, or nil.
func (s *Server) findClient(r *Request) *client {
	if !r.Pragma.Has(TokenClientID) {
		return nil
	}
	cl, _ := s.clients.Find(r.Pragma.ClientID)
	return cl
}

// learn keeps what every request says of the player, [MS-WMSP] 3.2.5.1.
func (cl *client) learn(r *Request) {
	cl.mu.Lock()
	defer cl.mu.Unlock()
	if r.Header.Has("Supported") {
		cl.features = r.Supported
	}
	cl.session.Touch()
}

// describedBy notes that the player has got its header and may play next.
func (s *Server) describedBy(cl *client) {
	cl.mu.Lock()
	defer cl.mu.Unlock()
	if cl.gone || cl.owner.Account != cl.pair.account || cl.owner.Key != cl.pair.key { // forgotten, or adopted
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.described[cl.pair] = cl
}

// takeDescribed returns the state of a Describe by the same player, for a
// Play that names none.
func (s *Server) takeDescribed(key pairKey) *client {
	s.mu.Lock()
	defer s.mu.Unlock()
	cl := s.described[key]
	delete(s.described, key)
	return cl
}

// claim makes c the Data-Connection. It fails when the session streams
// already and this is not the same player, whose old connection is ended
// otherwise.
func (cl *client) claim(c *conn, r *Request, st *stream) (resumed, ok bool) {
	cl.mu.Lock()
	defer cl.mu.Unlock()
	if cl.gone {
		return false, false
	}
	if old := cl.data; old != nil && old != c {
		if !samePlayer(cl, c, r) {
			return false, false
		}
		old.Post(func() { old.tx.finish(cl, reasonReplaced) })
	}
	resumed = cl.played
	cl.data, cl.stream, cl.played = c, st, true
	cl.unsaid.Store(true)
	c.Streams(+1)
	cl.session.SetState(session.Streaming)
	return resumed, true
}

// claimable says whether claim would succeed now.
func (cl *client) claimable(c *conn, r *Request) bool {
	cl.mu.Lock()
	defer cl.mu.Unlock()
	return !cl.gone && (cl.data == nil || cl.data == c || samePlayer(cl, c, r))
}

// dataConn returns the connection that streams, or nil.
func (cl *client) dataConn() *conn {
	cl.mu.Lock()
	defer cl.mu.Unlock()
	return cl.data
}

// supports says whether the player listed a feature.
func (cl *client) supports(f head.Features) bool {
	cl.mu.Lock()
	defer cl.mu.Unlock()
	return cl.features.Has(f)
}

// stopped is called on the shard of c when a stream of this player is over.
func (cl *client) stopped(c *conn, st *stream) {
	c.Streams(-1)
	st.reserved.Release()
	cl.mu.Lock()
	defer cl.mu.Unlock()
	if cl.stream == st { // no later one was claimed
		cl.data, cl.stream = nil, nil
		cl.session.SetState(session.Idle)
	}
}

// end ends the session: its stream, its connection and its state.
func (cl *client) end(why error) {
	cl.mu.Lock()
	c := cl.data
	cl.gone = true
	cl.mu.Unlock()
	cl.srv.forget(cl)
	if c == nil {
		cl.session.Close(why.Error())
		return
	}
	c.Post(func() {
		c.tx.finish(cl, why.Error())
		cl.session.Close(why.Error())
	})
}

func (s *Server) forget(cl *client) {
	s.clients.Release(cl.session.ID())
	s.unpair(cl)
}

// unpair has Plays that name no client-id not be this player's.
func (s *Server) unpair(cl *client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.described[cl.pair] == cl {
		delete(s.described, cl.pair)
	}
}

// newStream returns the state of a Play on c.
func (c *conn) newStream(cl *client, e point.Entry, opt point.Options) *stream {
	return &stream{client: cl, play: point.NewPlay(e, opt.Batch, c.tx.Kick), batch: opt.Batch}
}

// samePlayer says whether a Play for a session that streams is its own
// player, which has dropped its connection to seek before we have noticed.
// The specification lets such a request fail, as it could be somebody else's.
func samePlayer(cl *client, c *conn, r *Request) bool {
	p := cl.session.Player
	return p.Address.Addr() == c.from.Addr() && p.GUID == r.Pragma.ClientGUID
}
