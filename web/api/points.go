package api

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxPoint is the longest name of a point, bytes.
const maxPoint = 255

// Points are the publishing points.
type Points interface {
	List() []Point // by name
	Get(name string) (Point, error)
	Create(ctx context.Context, name string, definition json.RawMessage) (Point, error)
	Change(ctx context.Context, name string, definition json.RawMessage) (Point, error)
	Remove(ctx context.Context, name string) error
	Reset(ctx context.Context, name string) (Point, error)
	// ETagOfRemoved is that of a point of the configuration file that was removed.
	ETagOfRemoved(name string) (string, error)
	Start(ctx context.Context, name string) (Point, error)
	Stop(ctx context.Context, name string) (Point, error)
	Items(name string) ([]Item, error) // by name
	Announcements(host, name, item string) (Announcements, error)
	// Header is what "caracal probe --json" writes.
	Header(ctx context.Context, name, item string) (any, error)
	Export() ([]byte, error)
}

// Point is a publishing point.
type Point struct {
	Name       string          `json:"name"` // "" is the root
	Kind       string          `json:"kind"`
	State      string          `json:"state"`
	Error      string          `json:"error,omitempty"`
	Origin     string          `json:"origin"`
	Definition json.RawMessage `json:"definition,omitempty"`
	Players    int             `json:"players"`
	Now        *Now            `json:"now,omitempty"`
	Source     *Source         `json:"source,omitempty"`
	List       bool            `json:"list,omitempty"`
	Multicast  bool            `json:"multicast,omitempty"`
	Archiving  bool            `json:"archiving,omitempty"`
	ETag       string          `json:"etag"`
}

// Now is what a program plays.
type Now struct {
	Name     string    `json:"name"`
	Role     string    `json:"role,omitempty"`
	Number   int       `json:"number"` // of the items so far, from 1
	Since    time.Time `json:"since"`
	Duration float64   `json:"duration_seconds,omitempty"`
	Live     bool      `json:"live,omitempty"`
	Inserted bool      `json:"inserted,omitempty"`
	Fallback bool      `json:"fallback,omitempty"` // the source brings nothing
}

// Source is how the source of a broadcast is.
type Source struct {
	Point   string    `json:"point,omitempty"`
	From    string    `json:"from,omitempty"` // without passwords
	Phase   string    `json:"phase"`
	Since   time.Time `json:"since"`
	Packets uint64    `json:"packets"`
	Bytes   uint64    `json:"bytes"`
	BitRate uint64    `json:"bit_rate"` // bits a second, of the last seconds
	Starts  uint64    `json:"starts"`
	Tries   int       `json:"tries"` // since it last worked
	RetryIn float64   `json:"retry_in_seconds,omitempty"`
	Note    string    `json:"note,omitempty"`
	Error   string    `json:"last_error,omitempty"`
}

// Item is one thing that a point publishes.
type Item struct {
	Name string `json:"name"`
	Size int64  `json:"size_bytes,omitempty"`
	Live bool   `json:"live,omitempty"`
}

// Announcements are test links for each generation of players.
type Announcements struct {
	Name  string `json:"name"`
	Links []Link `json:"links"`
}

// Link is how one generation of players gets there.
type Link struct {
	ID           string   `json:"id"`
	Player       string   `json:"player"`
	URLs         []string `json:"urls"`
	Announcement string   `json:"announcement,omitempty"`
}

// point is the name in the path: the root, which has none, is one slash.
func (c *call) point() string {
	if name := c.r.PathValue("point"); name != "/" {
		return name
	}
	return ""
}

// PathOf is where a point is in the API.
func PathOf(name string) string {
	if name == "" {
		name = "/"
	}
	return "/api/points/" + url.PathEscape(name)
}

func (c *call) listPoints() (reply, error) {
	q := c.r.URL.Query()
	text, kind, state := strings.ToLower(q.Get("q")), q.Get("kind"), q.Get("state")
	page, next, err := paged(c, c.Points.List(), func(p Point) string { return p.Name }, func(p Point) bool {
		return strings.Contains(strings.ToLower(p.Name), text) && (kind == "" || p.Kind == kind) && (state == "" || p.State == state)
	})
	return reply{body: pointList{page, next}}, err
}

func pointReply(p Point, err error) (reply, error) { return reply{body: p, etag: p.ETag}, err }

func (c *call) getPoint() (reply, error) { return pointReply(c.Points.Get(c.point())) }

// orders of points take as long as what they start.
func (c *call) bounded() (context.Context, context.CancelFunc) {
	return context.WithTimeout(c.ctx(), timeout)
}

func (c *call) createPoint() (reply, error) {
	var in newPoint
	if err := c.body(&in); err != nil {
		return reply{}, err
	}
	if in.Name == nil || len(in.Definition) == 0 {
		return reply{}, Errorf(http.StatusBadRequest, "say the name and the definition of the point")
	}
	c.API.points.Lock()
	defer c.API.points.Unlock()
	ctx, cancel := c.bounded()
	defer cancel()
	p, err := c.Points.Create(ctx, *in.Name, in.Definition)
	return reply{status: http.StatusCreated, body: p, etag: p.ETag, location: PathOf(p.Name)}, err
}

func (c *call) changePoint() (reply, error) {
	b, err := c.read("application/json", maxBody)
	if err != nil {
		return reply{}, err
	}
	var any map[string]json.RawMessage
	if err := decode(b, &any); err != nil {
		return reply{}, err
	}
	return c.ifPoint(true, func(ctx context.Context) (reply, error) { return pointReply(c.Points.Change(ctx, c.point(), b)) })
}

// ifPoint does something to a point that is as If-Match says, which must be given
// unless it is an order.
func (c *call) ifPoint(must bool, do func(context.Context) (reply, error)) (reply, error) {
	c.API.points.Lock()
	defer c.API.points.Unlock()
	p, err := c.Points.Get(c.point())
	if err != nil {
		return reply{}, err
	}
	check := c.matchIfGiven
	if must {
		check = c.match
	}
	if err := check(p.ETag); err != nil {
		return reply{}, err
	}
	ctx, cancel := c.bounded()
	defer cancel()
	return do(ctx)
}

func (c *call) deletePoint() (reply, error) {
	return c.ifPoint(true, func(ctx context.Context) (reply, error) { return reply{}, c.Points.Remove(ctx, c.point()) })
}

func (c *call) resetPoint() (reply, error) {
	c.API.points.Lock()
	defer c.API.points.Unlock()
	etag, err := c.Points.ETagOfRemoved(c.point())
	if err != nil {
		return reply{}, err
	}
	if err := c.match(etag); err != nil {
		return reply{}, err
	}
	ctx, cancel := c.bounded()
	defer cancel()
	return pointReply(c.Points.Reset(ctx, c.point()))
}

func (c *call) startPoint() (reply, error) {
	return c.ifPoint(false, func(ctx context.Context) (reply, error) { return pointReply(c.Points.Start(ctx, c.point())) })
}

func (c *call) stopPoint() (reply, error) {
	return c.ifPoint(false, func(ctx context.Context) (reply, error) { return pointReply(c.Points.Stop(ctx, c.point())) })
}

func (c *call) listItems() (reply, error) {
	all, err := c.Points.Items(c.point())
	if err != nil {
		return reply{}, err
	}
	page, next, err := paged(c, all, func(it Item) string { return it.Name }, nil)
	return reply{body: itemList{page, next}}, err
}

func (c *call) getAnnouncements() (reply, error) {
	a, err := c.Points.Announcements(c.r.Host, c.point(), c.r.URL.Query().Get("item"))
	return reply{body: a}, err
}

func (c *call) getHeader() (reply, error) {
	h, err := c.Points.Header(c.ctx(), c.point(), c.r.URL.Query().Get("item"))
	return reply{body: h}, err
}

func (c *call) listSources() (reply, error) {
	list := []Source{}
	for _, p := range c.Points.List() {
		if s := p.Source; s != nil {
			of := *s
			of.Point = p.Name
			list = append(list, of)
		}
	}
	page, next, err := paged(c, list, func(s Source) string { return s.Point }, nil)
	return reply{body: sourceList{page, next}}, err
}

func (c *call) exportPoints() (reply, error) {
	b, err := c.Points.Export()
	return reply{body: yamlText(b)}, err
}
