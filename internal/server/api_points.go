package server

import (
	"errors"
	"io/fs"
	"net/http"
	"path/filepath"
	"time"

	"caracal/internal/point"
	"caracal/internal/source"
)

// maxSkip is how many items one order goes on or back.
const maxSkip = 1000

// apiPoint is what the API says of a broadcast.
type apiPoint struct {
	Name   string        `json:"name"`
	Live   bool          `json:"live"`           // something is being broadcast
	List   bool          `json:"list,omitempty"` // a playlist that each player plays by itself
	Now    *apiNow       `json:"now,omitempty"`
	Source *statusSource `json:"source,omitempty"`
}

// apiNow is what a program plays.
type apiNow struct {
	Name     string    `json:"name"`
	Role     string    `json:"role,omitempty"`
	Number   int       `json:"number"` // of the items so far, from 1
	Since    time.Time `json:"since"`
	Duration float64   `json:"duration_seconds,omitempty"`
	Live     bool      `json:"live,omitempty"`
	Inserted bool      `json:"inserted,omitempty"`
	Fallback bool      `json:"fallback,omitempty"` // the source brings nothing
}

// apiItem is an item of a list.
type apiItem struct {
	Number int    `json:"number"` // from 1
	Name   string `json:"name"`
}

func (s *Server) apiList() any {
	list := []apiPoint{}
	for _, p := range s.points.All() {
		if b := broadcastOf(p.Opener); b != nil {
			list = append(list, b.apiPoint(p.Name))
		} else if s.bookNamed(p.Name) != nil {
			list = append(list, apiPoint{Name: p.Name, List: true})
		}
	}
	return map[string]any{"points": list}
}

func (b *broadcast) apiPoint(name string) apiPoint {
	items, _ := b.List()
	return apiPoint{Name: name, Live: len(items) > 0, Now: b.stage.now(), Source: b.fed.status(true)}
}

// now says what plays, nil if no program does.
func (st *stage) now() *apiNow {
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
	return &apiNow{
		Name: n.Name, Role: n.Role, Number: n.Place + 1, Since: n.Since.UTC(), Duration: n.Duration.Seconds(),
		Live: n.Live, Inserted: n.Inserted, Fallback: falls,
	}
}

func (b *broadcast) apiItems() (any, error) {
	if b.fed.list == nil {
		return nil, apiErrorf(http.StatusConflict, "this point has no list: loop: and playlist: have one")
	}
	names, err := b.fed.list.Names()
	if err != nil {
		return nil, err
	}
	return map[string]any{"items": itemsOf(names), "now": b.stage.now()}, nil
}

func itemsOf(names []string) []apiItem {
	items := make([]apiItem, len(names))
	for i, name := range names {
		items[i] = apiItem{i + 1, name}
	}
	return items
}

// apiOrders are what can be ordered of a broadcast.
var apiOrders = map[string]func(*Server, *broadcast, apiOrder) error{
	"skip":   func(_ *Server, b *broadcast, o apiOrder) error { return b.skip(o.By, 1) },
	"back":   func(_ *Server, b *broadcast, o apiOrder) error { return b.skip(o.By, -1) },
	"insert": (*Server).insert,
	"add":    func(_ *Server, b *broadcast, o apiOrder) error { return b.editList(addItem, o) },
	"remove": func(_ *Server, b *broadcast, o apiOrder) error { return b.editList(removeItem, o) },
	"move":   func(_ *Server, b *broadcast, o apiOrder) error { return b.editList(moveItem, o) },
	"event":  func(_ *Server, b *broadcast, o apiOrder) error { return b.command(o) },
}

// skip goes some items on, or back.
func (b *broadcast) skip(by, way int) error {
	if by < 0 || by > maxSkip {
		return apiErrorf(http.StatusBadRequest, "%d items: 1 to %d can be skipped at once", by, maxSkip)
	}
	if b.stage.program == nil {
		return orderError(source.ErrNotPlaying)
	}
	return orderError(b.stage.program.Skip(way * max(by, 1)))
}

// insert plays something between, once.
func (s *Server) insert(b *broadcast, o apiOrder) error {
	if b.stage.program == nil {
		return apiErrorf(http.StatusConflict, "an encoder has made this point: insert into one of the configuration")
	}
	how := source.How(o.How)
	switch how {
	case "":
		how = source.HowAfter
	case source.HowAfter, source.HowPause, source.HowLeave:
	default:
		return apiErrorf(http.StatusBadRequest, "how is after, pause or leave, not %q", o.How)
	}
	if !filepath.IsAbs(o.Source) {
		return apiErrorf(http.StatusBadRequest, "say what is inserted: the whole path of a file, a folder or a playlist")
	}
	list, err := s.programs.listOf(o.Source)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return apiErrorf(http.StatusNotFound, "there is no %s on the server's machine", o.Source)
	case err != nil:
		return apiErrorf(http.StatusBadRequest, "%s cannot be inserted: %v", o.Source, err)
	}
	return orderError(b.stage.program.Insert(source.Interlude{Name: o.Source, How: how, Way: list.Once}))
}

// command sends players a script command, or a playlist an event if that has no
// parameter.
func (b *broadcast) command(o apiOrder) error {
	if f, ok := b.fed.list.(*listFile); ok && o.Param == "" && o.Type != "" {
		f.list.Event(o.Type)
		return nil
	}
	if o.Type == "" {
		return apiErrorf(http.StatusBadRequest, "say the type of the script command, such as URL, TEXT or CAPTION")
	}
	err := b.Command(o.Type, o.Param)
	switch {
	case errors.Is(err, point.ErrNoCommands):
		return apiErrorf(http.StatusConflict, "what is broadcast has no script command stream that players would hear this from: "+
			"say \"commands: true\" in the broadcast of this point and begin it again, or have the encoder make one")
	case errors.Is(err, point.ErrCommanding):
		return apiErrorf(http.StatusServiceUnavailable, "the encoder is sending a script command of its own: try again in a moment")
	case errors.Is(err, point.ErrPacket):
		return apiErrorf(http.StatusRequestEntityTooLarge, "the script command does not fit into a packet of the broadcast: make it shorter")
	}
	return orderError(err)
}
