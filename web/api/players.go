package api

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// Players are who is connected.
type Players interface {
	All() []Player // the oldest first
	Get(id uint32) (Player, bool)
	End(id uint32) bool // as its protocol ends a stream
}

// Player is one of them.
type Player struct {
	ID       uint32    `json:"id"`
	Protocol string    `json:"protocol"`
	Address  string    `json:"address"`
	Agent    string    `json:"agent"`
	Account  string    `json:"account,omitempty"`
	Point    *string   `json:"point,omitempty"` // nil: it has not said what it wants, or that is not there
	Target   string    `json:"target"`
	Via      string    `json:"via,omitempty"`
	State    string    `json:"state"`
	Started  time.Time `json:"started"`
	Packets  uint64    `json:"packets"`
	Bytes    uint64    `json:"bytes"`
	Late     uint64    `json:"late"`
	Skipped  uint64    `json:"skipped"`
	Lost     uint32    `json:"lost"`
	Jitter   uint32    `json:"jitter_ms"`
}

// key sorts as All does.
func (p Player) key() string { return fmt.Sprintf("%020d %010d", p.Started.UnixNano(), p.ID) }

func (c *call) listPlayers() (reply, error) {
	q := c.r.URL.Query()
	name, protocol, account := q.Get("point"), q.Get("protocol"), q.Get("account")
	page, next, err := paged(c, c.Players.All(), Player.key, func(p Player) bool {
		return (name == "" || p.Point != nil && isPoint(*p.Point, name)) &&
			(protocol == "" || p.Protocol == protocol) && (account == "" || p.Account == account)
	})
	return reply{body: playerList{page, next}}, err
}

// isPoint compares a point's name with one that is asked for, in which the root is "/".
func isPoint(name, asked string) bool { return name == asked || name == "" && asked == "/" }

func (c *call) id() (uint32, error) {
	n, err := strconv.ParseUint(c.r.PathValue("id"), 10, 32)
	if err != nil || n == 0 {
		return 0, Errorf(http.StatusBadRequest, "a player has a number, not %q", c.r.PathValue("id"))
	}
	return uint32(n), nil
}

func noPlayer(id uint32) error {
	return Errorf(http.StatusNotFound, "no player has the number %d: it has gone", id)
}

func (c *call) getPlayer() (reply, error) {
	id, err := c.id()
	if err != nil {
		return reply{}, err
	}
	p, ok := c.Players.Get(id)
	if !ok {
		return reply{}, noPlayer(id)
	}
	return reply{body: p}, nil
}

func (c *call) endPlayer() (reply, error) {
	id, err := c.id()
	if err != nil {
		return reply{}, err
	}
	if !c.Players.End(id) {
		return reply{}, noPlayer(id)
	}
	return reply{}, nil
}
