package server

import (
	"errors"
	"io/fs"
	"net/http"
	"path/filepath"
	"time"

	"caracal/internal/playlist/wsx"
	"caracal/internal/point"
	"caracal/internal/source"
	"caracal/web/api"
)

// apiPlaylists are what the broadcasts play, and the lists that players play by themselves.
type apiPlaylists struct{ server *Server }

// played is the broadcast of a name, or else the list that players play by themselves.
func (a apiPlaylists) played(name string) (*broadcast, *book, error) {
	if b, err := a.server.broadcast(name); err == nil {
		return b, nil, nil
	}
	if k := a.server.bookNamed(name); k != nil {
		return nil, k, nil
	}
	return nil, nil, api.Errorf(http.StatusNotFound, "no broadcast and no playlist has the name %q: caracal ctl points lists them", name)
}

// Playlist is what a point is to play.
func (a apiPlaylists) Playlist(name string) (api.Playlist, error) {
	b, k, err := a.played(name)
	if err != nil {
		return api.Playlist{}, err
	}
	if k != nil {
		k.mu.Lock()
		defer k.mu.Unlock()
		return playlistOf(sourcesIn(k.doc), k.doc, a.server.programs.state.has(k.key())), nil
	}
	if b.fed.list == nil {
		return api.Playlist{}, api.Errorf(http.StatusConflict, "this point has no list: loop: and playlist: have one")
	}
	names, err := b.fed.list.Names()
	if err != nil {
		return api.Playlist{}, err
	}
	f, ok := b.fed.list.(*listFile)
	if !ok {
		p := playlistOf(names, nil, false)
		p.Now = b.stage.now()
		return p, nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	p := playlistOf(sourcesIn(f.doc), f.doc, a.server.programs.state.has(f.path))
	p.Now = b.stage.now()
	return p, nil
}

// playlistOf shows a list; doc is nil for one that cannot be changed here.
func playlistOf(names []string, doc *wsx.Document, changed bool) api.Playlist {
	p := api.Playlist{Items: make([]api.PlaylistItem, len(names)), Editable: doc != nil, Changed: changed, ETag: api.ETagOf(names)}
	for i, name := range names {
		p.Items[i] = api.PlaylistItem{Number: i + 1, Name: name}
	}
	if doc != nil {
		p.ETag = api.ETagOf(string(doc.Append(nil)))
	}
	return p
}

// has says that something was changed of a playlist.
func (s *programState) has(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.Lists[key]
	return ok
}

// editor is how a point's playlist is changed.
func (a apiPlaylists) editor(name string) (editor, error) {
	b, k, err := a.played(name)
	switch {
	case err != nil:
		return nil, err
	case k != nil:
		return bookEditor{k, &a.server.lists}, nil
	}
	if f, ok := b.fed.list.(*listFile); ok {
		return f, nil
	}
	return nil, api.Errorf(http.StatusConflict, "this point plays no playlist that could be changed: give it a source such as playlist:./evening.wsx")
}

// Add adds an item.
func (a apiPlaylists) Add(name, src string, to int) error {
	e, err := a.editor(name)
	if err != nil {
		return err
	}
	return addItem(e, src, to)
}

// Take takes an item out.
func (a apiPlaylists) Take(name string, number int) error {
	e, err := a.editor(name)
	if err != nil {
		return err
	}
	return removeItem(e, number)
}

// Move moves an item.
func (a apiPlaylists) Move(name string, number, to int) error {
	e, err := a.editor(name)
	if err != nil {
		return err
	}
	return moveItem(e, number, to)
}

// program is what orders about a broadcast's program go to.
func (a apiPlaylists) program(name, order string) (*broadcast, error) {
	b, k, err := a.played(name)
	if k != nil {
		return nil, api.Errorf(http.StatusConflict, "every player of this playlist has a place of its own: %s is for broadcasts; add, remove, move and event do here", order)
	}
	return b, err
}

// Skip goes some items on, or back.
func (a apiPlaylists) Skip(name string, by int) error {
	b, err := a.program(name, "skip")
	if err != nil {
		return err
	}
	if b.stage.program == nil {
		return orderError(source.ErrNotPlaying)
	}
	return orderError(b.stage.program.Skip(by))
}

// Insert plays something between, once.
func (a apiPlaylists) Insert(name, src, order string) error {
	b, err := a.program(name, "insert")
	if err != nil {
		return err
	}
	if b.stage.program == nil {
		return api.Errorf(http.StatusConflict, "an encoder has made this point: insert into one of the configuration")
	}
	how := source.How(order)
	switch how {
	case "":
		how = source.HowAfter
	case source.HowAfter, source.HowPause, source.HowLeave:
	default:
		return api.Errorf(http.StatusBadRequest, "how is after, pause or leave, not %q", order)
	}
	if !filepath.IsAbs(src) {
		return api.Errorf(http.StatusBadRequest, "say what is inserted: the whole path of a file, a folder or a playlist")
	}
	list, err := a.server.programs.listOf(src)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return api.Errorf(http.StatusNotFound, "there is no %s on the server's machine", src)
	case err != nil:
		return api.Errorf(http.StatusBadRequest, "%s cannot be inserted: %v", src, err)
	}
	return orderError(b.stage.program.Insert(source.Interlude{Name: src, How: how, Way: list.Once}))
}

// Event sends players a script command, or a playlist an event if that has no parameter.
func (a apiPlaylists) Event(name, kind, param string) error {
	b, k, err := a.played(name)
	if err != nil {
		return err
	}
	if k != nil {
		if param != "" {
			return api.Errorf(http.StatusConflict, "a playlist hears events by their names alone; script commands are for broadcasts")
		}
		k.list.Event(kind)
		return nil
	}
	if f, ok := b.fed.list.(*listFile); ok && param == "" {
		f.list.Event(kind)
		return nil
	}
	if err := commandError(b.Command(kind, param)); err != nil {
		return err
	}
	a.server.figures.commanded(name, api.SentCommand{Time: time.Now().UTC(), Type: kind, Param: param})
	return nil
}

// commandError says what to do when a script command cannot be sent.
func commandError(err error) error {
	switch {
	case errors.Is(err, point.ErrNoCommands):
		return api.Errorf(http.StatusConflict, "what is broadcast has no script command stream that players would hear this from: "+
			"say \"commands: true\" in the broadcast of this point and begin it again, or have the encoder make one")
	case errors.Is(err, point.ErrCommanding):
		return api.Errorf(http.StatusServiceUnavailable, "the encoder is sending a script command of its own: try again in a moment")
	case errors.Is(err, point.ErrPacket):
		return api.Errorf(http.StatusRequestEntityTooLarge, "the script command does not fit into a packet of the broadcast: make it shorter")
	}
	return orderError(err)
}

// orderError says what to do when an order cannot be carried out.
func orderError(err error) error {
	switch {
	case errors.Is(err, source.ErrNotPlaying):
		return api.Errorf(http.StatusConflict, "nothing plays here that can be left: skip is for loop: and playlist:, and for what is inserted")
	case errors.Is(err, source.ErrOrders):
		return api.Errorf(http.StatusTooManyRequests, "too many orders are waiting: try again in a moment")
	case errors.Is(err, point.ErrNotLive):
		return api.Errorf(http.StatusConflict, "nothing is being broadcast here now")
	}
	return err
}

// now says what plays, nil if no program does.
func (st *stage) now() *api.Now {
	n, ok := source.Now{}, false
	if st.program != nil {
		n, ok = st.program.Now()
	}
	falls := false
	if !ok && st.fallback != nil {
		n, ok = st.fallback.Program.Now()
		falls = ok
	}
	if !ok {
		return nil
	}
	return &api.Now{
		Name: n.Name, Role: n.Role, Number: n.Place + 1, Since: n.Since.UTC(), Duration: n.Duration.Seconds(),
		Live: n.Live, Inserted: n.Inserted, Fallback: falls,
	}
}
