package server

import (
	"io/fs"

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
