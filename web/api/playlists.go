package api

import (
	"net/http"
	"strconv"
)

// maxSkip is how many items one order goes on or back.
const maxSkip = 1000

// Playlists are what the broadcasts play, and the lists that players play by themselves.
type Playlists interface {
	Playlist(name string) (Playlist, error)
	Add(name, source string, to int) error // to 0: the last
	Take(name string, number int) error
	Move(name string, number, to int) error
	Skip(name string, by int) error // back if it is negative
	Insert(name, source, how string) error
	Event(name, kind, param string) error
}

// Playlist is what a point is to play.
type Playlist struct {
	Items    []PlaylistItem `json:"items"`
	Editable bool           `json:"editable"`
	Changed  bool           `json:"changed,omitempty"` // it is not as its file says
	Now      *Now           `json:"now,omitempty"`
	ETag     string         `json:"etag"`
}

// PlaylistItem is one item, as it is written in the playlist.
type PlaylistItem struct {
	Number int    `json:"number"` // from 1
	Name   string `json:"name"`
}

func (c *call) getPlaylist() (reply, error) {
	p, err := c.Playlists.Playlist(c.point())
	return reply{body: p, etag: p.ETag}, err
}

// edit changes a playlist that is as If-Match says.
func (c *call) edit(change func(name string) error) (reply, error) {
	c.lists.Lock()
	defer c.lists.Unlock()
	p, err := c.Playlists.Playlist(c.point())
	if err != nil {
		return reply{}, err
	}
	if err := c.match(p.ETag); err != nil {
		return reply{}, err
	}
	if err := change(c.point()); err != nil {
		return reply{}, err
	}
	return c.getPlaylist()
}

func (c *call) addItem() (reply, error) {
	var in newItem
	if err := c.body(&in); err != nil {
		return reply{}, err
	}
	if in.Source == "" {
		return reply{}, Errorf(http.StatusBadRequest, "say what is added: a file, a folder, point:NAME ...")
	}
	return c.edit(func(name string) error { return c.Playlists.Add(name, in.Source, in.To) })
}

// number is the item in the path.
func (c *call) number() (int, error) {
	n, err := strconv.Atoi(c.r.PathValue("number"))
	if err != nil || n < 1 {
		return 0, Errorf(http.StatusBadRequest, "an item has a number from 1, not %q", c.r.PathValue("number"))
	}
	return n, nil
}

func (c *call) removeItem() (reply, error) {
	n, err := c.number()
	if err != nil {
		return reply{}, err
	}
	return c.edit(func(name string) error { return c.Playlists.Take(name, n) })
}

func (c *call) moveItem() (reply, error) {
	var in newPlace
	n, err := c.number()
	if err == nil {
		err = c.body(&in)
	}
	if err != nil {
		return reply{}, err
	}
	return c.edit(func(name string) error { return c.Playlists.Move(name, n, in.To) })
}

// ordered answers an order with the point as it is then.
func (c *call) ordered(err error) (reply, error) {
	if err != nil {
		return reply{}, err
	}
	return c.getPoint()
}

func (c *call) skip(way int) (reply, error) {
	in := distance{1}
	if err := c.bodyIfAny(&in); err != nil {
		return reply{}, err
	}
	if in.By < 1 || in.By > maxSkip {
		return reply{}, Errorf(http.StatusBadRequest, "%d items: 1 to %d can be skipped at once", in.By, maxSkip)
	}
	return c.ordered(c.Playlists.Skip(c.point(), way*in.By))
}

func (c *call) insert() (reply, error) {
	var in insertion
	if err := c.body(&in); err != nil {
		return reply{}, err
	}
	return c.ordered(c.Playlists.Insert(c.point(), in.Source, in.How))
}

func (c *call) sendEvent() (reply, error) {
	var in command
	if err := c.body(&in); err != nil {
		return reply{}, err
	}
	if in.Type == "" {
		return reply{}, Errorf(http.StatusBadRequest, "say the type of the script command, such as URL, TEXT or CAPTION")
	}
	return c.ordered(c.Playlists.Event(c.point(), in.Type, in.Param))
}
