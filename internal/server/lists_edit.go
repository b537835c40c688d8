package server

import (
	"io/fs"
	"net/http"

	"caracal/internal/playlist/wsx"
)

// keyPlayed begins the keys of lists that players play by themselves, in the state: a
// program of the same file is another list.
const keyPlayed = "played:"

func (b *book) key() string {
	return keyPlayed + b.path()
}

// newest is what the file holds, or what was made of it while it was played.
func (b *book) newest(ls *lists, text []byte, info fs.FileInfo) (*wsx.Document, error) {
	if changed, ok := ls.state().get(b.key(), info); ok {
		return wsx.Parse([]byte(changed))
	}
	return readList(b.name, text)
}

func (ls *lists) state() *programState { return ls.server.programs.state }

// bookEditor changes a list that players play by themselves.
type bookEditor struct {
	*book
	lists *lists
}

func (e bookEditor) edit(change func(*wsx.Document) error) error {
	if err := e.read(e.lists); err != nil { // what is changed is what the file says now
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	d, err := e.lists.state().change(e.key(), e.doc, stateList{Size: e.size, Modified: e.modified}, change)
	if err != nil {
		return err
	}
	e.doc = d
	e.list.Replace(d)
	return nil
}

// bookNamed is the list that players play under a name by themselves, nil if there is
// none.
func (s *Server) bookNamed(name string) *book {
	list := s.listNamed(name)
	if list == nil {
		return nil
	}
	s.lists.mu.Lock()
	defer s.lists.mu.Unlock()
	for _, b := range s.lists.books {
		if b.list == list {
			return b
		}
	}
	return nil // of a program
}

// callList carries out a request about a list that players play by themselves.
func (s *Server) callList(w http.ResponseWriter, r *http.Request, name string, b *book, verb string) (any, error) {
	switch verb {
	case "", "now":
		return apiPoint{Name: name, List: true}, onlyGet(w, r)
	case "list":
		b.mu.Lock()
		defer b.mu.Unlock()
		return map[string]any{"items": itemsOf(sourcesIn(b.doc))}, onlyGet(w, r)
	case "skip", "back", "insert":
		return nil, apiErrorf(http.StatusConflict, "every player of this playlist has a place of its own: %s is for broadcasts; add, remove, move and event do here", verb)
	}
	change, known := changes[verb]
	if !known && verb != "event" {
		return nil, unknownOrder(verb)
	}
	o, err := readOrder(w, r)
	switch {
	case err != nil:
		return nil, err
	case known:
		err = change(bookEditor{b, &s.lists}, o)
	case o.Type == "" || o.Param != "":
		return nil, apiErrorf(http.StatusConflict, "a playlist hears events by their names alone; script commands are for broadcasts")
	default:
		b.list.Event(o.Type)
	}
	return apiPoint{Name: name, List: true}, err
}
