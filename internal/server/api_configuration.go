package server

import (
	"errors"
	"strings"

	"caracal/internal/config"
	"caracal/internal/redact"
	"caracal/web/api"
)

// apiConfiguration is the configuration file and what became of it.
type apiConfiguration struct{ server *Server }

// Effective is every key with where its value comes from. What was changed of points
// comes before what the file says of them.
func (a apiConfiguration) Effective() api.Configured {
	s := a.server
	c := api.Configured{State: s.cfg.State, Keys: []api.ConfiguredKey{}}
	for _, k := range s.published.asRead().Keys() {
		if strings.HasPrefix(k.Key, "points") {
			continue
		}
		c.Keys = append(c.Keys, configuredKey(k))
		if k.Line > 0 {
			c.File = k.File
		}
	}
	for _, p := range (apiPoints{s.published}).configured() {
		c.Keys = append(c.Keys, p)
		if c.File == "" && p.Origin == "file" {
			c.File, _, _ = strings.Cut(p.Where, " ")
		}
	}
	return c
}

func configuredKey(k config.Key) api.ConfiguredKey {
	shown := api.ConfiguredKey{Key: k.Key, Value: maskedText(lastKey(k.Key), k.Value), Origin: "default"}
	if k.Value == `""` { // no secret, and none to be kept
		shown.Value = k.Value
	}
	switch {
	case k.Line > 0:
		shown.Origin, shown.Where = "file", k.Place()
	case k.File != "":
		shown.Origin, shown.Where = "flag", k.File
	}
	return shown
}

func lastKey(key string) string { return key[strings.LastIndexByte(key, '.')+1:] }

// configured are the keys of the points, as they are now.
func (a apiPoints) configured() []api.ConfiguredKey {
	now, file, list := a.configuration(), a.asRead(), []api.ConfiguredKey{}
	inFile := map[string]int{}
	for i := range file.Points {
		inFile[file.Points[i].Name] = i
	}
	for i := range now.Points {
		name := now.Points[i].Name
		keys := now.PointKeys(i)
		changed := a.server.programs.state.point(name).Definition != nil
		if at, ok := inFile[name]; ok && !changed {
			keys = file.PointKeys(at)
		}
		for _, k := range keys {
			shown := configuredKey(k)
			switch {
			case changed:
				shown.Origin, shown.Where = "state", a.server.cfg.State
			case shown.Origin == "default":
				shown.Origin = "flag"
			}
			shown.Key = "points." + config.Quoted(name) + "." + k.Key
			list = append(list, shown)
		}
	}
	return list
}

// Check says what is wrong with a text.
func (apiConfiguration) Check(text []byte) []api.Mistake {
	_, err := config.Parse("", text)
	problems, ok := errors.AsType[config.Problems](err)
	switch {
	case err == nil:
		return nil
	case !ok:
		return []api.Mistake{{Text: redact.Text(err.Error())}}
	}
	return mistakesOf(problems)
}
