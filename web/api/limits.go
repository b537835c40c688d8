package api

import (
	"context"
	"net/http"
)

// Limits are what the server allows.
type Limits interface {
	// List are those of the server, then those that points have.
	List() []Limit
	// Change gives limits of the server other values, all or none; what has none is as the
	// configuration says again.
	Change(ctx context.Context, values map[string]*string) error
}

// Limit is one limit and what is used of it.
type Limit struct {
	Key        string  `json:"key"` // as in the configuration
	Point      *string `json:"point,omitempty"`
	Value      string  `json:"value"` // as the configuration has it
	Limit      float64 `json:"limit"` // the same in its unit; 0 is none
	Used       *int64  `json:"used,omitempty"`
	Unit       string  `json:"unit,omitempty"`
	Origin     string  `json:"origin"` // default, file, flag, state
	Where      string  `json:"where,omitempty"`
	Configured string  `json:"configured,omitempty"` // what the configuration says, where it was changed
	Changeable bool    `json:"changeable,omitempty"`
}

// maxLimits is how many limits are changed at a time.
const maxLimits = 100

// cursor is where a limit is in the order of List.
func (l *Limit) cursor() string {
	if l.Point == nil {
		return l.Key
	}
	return "." + *l.Point + " " + l.Key
}

// etagOfLimits is that of what Change changes.
func etagOfLimits(list []Limit) string {
	values := map[string]string{}
	for _, l := range list {
		if l.Changeable {
			values[l.Key] = l.Value + " " + l.Origin
		}
	}
	return ETagOf(values)
}

func (c *call) hasLimits() error {
	if c.Options.Limits == nil {
		return absent("limits to show")
	}
	return nil
}

func (c *call) getLimits() (reply, error) {
	if err := c.hasLimits(); err != nil {
		return reply{}, err
	}
	list := c.Options.Limits.List()
	page, next, err := pagedInOrder(c, list, func(l Limit) string { return l.cursor() })
	etag := etagOfLimits(list)
	return reply{body: limitList{page, next, etag}, etag: etag}, err
}

func (c *call) changeLimits() (reply, error) {
	if err := c.hasLimits(); err != nil {
		return reply{}, err
	}
	var in newLimits
	if err := c.body(&in); err != nil {
		return reply{}, err
	}
	if len(in.Limits) == 0 || len(in.Limits) > maxLimits {
		return reply{}, Errorf(http.StatusBadRequest, "say the limits with their values, %d at most: {\"limits\": {\"limits.players\": \"500\"}}", maxLimits)
	}
	c.API.points.Lock() // points have limits too
	defer c.API.points.Unlock()
	if err := c.match(etagOfLimits(c.Options.Limits.List())); err != nil {
		return reply{}, err
	}
	ctx, cancel := c.bounded()
	defer cancel()
	if err := c.Options.Limits.Change(ctx, in.Limits); err != nil {
		return reply{}, err
	}
	return c.getLimits()
}
