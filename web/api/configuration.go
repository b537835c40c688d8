package api

import "context"

// Configuration is the configuration file and what became of it.
type Configuration interface {
	Effective() Configured
	Check(text []byte) []Mistake
}

// Reloader is a Configuration that can be changed while the server runs.
type Reloader interface {
	Diff(text []byte) ([]Difference, error)
	Reload(ctx context.Context) ([]Difference, error)
}

// Configured is every key with its value and where that comes from.
type Configured struct {
	File  string          `json:"file"`
	State string          `json:"state,omitempty"`
	Keys  []ConfiguredKey `json:"keys"`
	Next  string          `json:"next_cursor,omitempty"`
}

// ConfiguredKey is one key.
type ConfiguredKey struct {
	Key    string `json:"key"`
	Value  string `json:"value"`
	Origin string `json:"origin"`
	Where  string `json:"where,omitempty"`
}

// Difference is what a reload changes.
type Difference struct {
	Key    string `json:"key"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
	Effect string `json:"effect"` // live, point or server
}

const yamlType = "application/yaml"

func (c *call) getConfiguration() (reply, error) {
	all := c.Configuration.Effective()
	var err error
	all.Keys, all.Next, err = pagedInOrder(c, all.Keys, func(k ConfiguredKey) string { return k.Key })
	return reply{body: all}, err
}

func (c *call) checkConfiguration() (reply, error) {
	text, err := c.read(yamlType, maxConfiguration)
	if err != nil {
		return reply{}, err
	}
	list := c.Configuration.Check(text)
	if list == nil {
		list = []Mistake{}
	}
	return reply{body: checked{len(list) == 0, list}}, nil
}

func (c *call) diffConfiguration() (reply, error) {
	text, err := c.read(yamlType, maxConfiguration)
	if err != nil {
		return reply{}, err
	}
	r, ok := c.Configuration.(Reloader)
	if !ok {
		return reply{}, absent("way to change its configuration while it runs")
	}
	return changes(r.Diff(text))
}

func (c *call) reloadConfiguration() (reply, error) {
	r, ok := c.Configuration.(Reloader)
	if !ok {
		return reply{}, absent("way to change its configuration while it runs")
	}
	ctx, cancel := c.bounded()
	defer cancel()
	return changes(r.Reload(ctx))
}

func changes(list []Difference, err error) (reply, error) {
	if list == nil {
		list = []Difference{}
	}
	return reply{body: differences{list}}, err
}
