package api

import "encoding/json"

// The bodies of requests and answers that are nothing besides; a test compares them with
// the document.
type (
	pointList struct {
		Points []Point `json:"points"`
		Next   string  `json:"next_cursor,omitempty"`
	}
	itemList struct {
		Items []Item `json:"items"`
		Next  string `json:"next_cursor,omitempty"`
	}
	sourceList struct {
		Sources []Source `json:"sources"`
		Next    string   `json:"next_cursor,omitempty"`
	}
	playerList struct {
		Players []Player `json:"players"`
		Next    string   `json:"next_cursor,omitempty"`
	}
	accountList struct {
		Accounts []Account `json:"accounts"`
		Next     string    `json:"next_cursor,omitempty"`
	}
	groupList struct {
		Groups []Group `json:"groups"`
		Next   string  `json:"next_cursor,omitempty"`
	}
	limitList struct {
		Limits []Limit `json:"limits"`
		Next   string  `json:"next_cursor,omitempty"`
		ETag   string  `json:"etag"`
	}
	logEntries struct {
		Entries []LogEntry `json:"entries"`
	}
	checked struct {
		OK       bool      `json:"ok"`
		Problems []Mistake `json:"problems"`
	}
	differences struct {
		Changes []Difference `json:"changes"`
	}
)

type (
	newPoint struct {
		Name       *string         `json:"name"`
		Definition json.RawMessage `json:"definition"`
	}
	newItem struct {
		Source string `json:"source"`
		To     int    `json:"to"` // 0: the last
	}
	newPlace struct {
		To int `json:"to"`
	}
	distance struct {
		By int `json:"by"`
	}
	insertion struct {
		Source string `json:"source"`
		How    string `json:"how"`
	}
	command struct {
		Type  string `json:"type"`
		Param string `json:"param"`
	}
	newAccount struct {
		Name     string   `json:"name"`
		Password string   `json:"password"`
		Groups   []string `json:"groups"`
	}
	newGroups struct {
		Groups *[]string `json:"groups"`
	}
	newPassword struct {
		Password string `json:"password"`
	}
	newLimits struct {
		Limits map[string]*string `json:"limits"` // nil: as the configuration says
	}
)
