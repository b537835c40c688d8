package api

import "time"

// Server is what is told of the server.
type Server struct {
	Version    string            `json:"version"`
	Started    time.Time         `json:"started"`
	Uptime     float64           `json:"uptime_seconds"`
	Listeners  []Listener        `json:"listeners"`
	Players    Counted           `json:"players"`
	Points     int               `json:"points"`
	Cache      Cache             `json:"cache"`
	Events     map[string]uint64 `json:"events"`
	Persistent bool              `json:"persistent"` // changes outlast the server
	PublicHost string            `json:"public_host"`
	Accounts   bool              `json:"accounts"`
	FFmpeg     bool              `json:"ffmpeg"`

	Certificates []Certificate `json:"certificates,omitempty"` // of TLS, by their files
}

// Certificate is one that listeners show.
type Certificate struct {
	File     string    `json:"file"`
	NotAfter time.Time `json:"not_after"` // when it expires
}

// Listener is an address that the server listens on.
type Listener struct {
	Protocol    string `json:"protocol"`
	Address     string `json:"address"`
	Point       string `json:"point,omitempty"` // whose it is
	Connections int    `json:"connections"`
	UDPPort     uint16 `json:"udp_port,omitempty"` // that media leaves from; 0: none
}

// Counted says how many there are, and have been.
type Counted struct {
	Now   int    `json:"now"`
	Total uint64 `json:"total"`
}

// Cache is the memory for content, bytes.
type Cache struct {
	Used   int64 `json:"used"`
	Budget int64 `json:"budget"`
}

func (c *call) getServer() (reply, error) {
	s := c.Options.Server()
	s.Accounts = c.Access.Accounts()
	return reply{body: s}, nil
}
