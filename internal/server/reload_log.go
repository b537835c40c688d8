package server

import (
	"caracal/internal/config"
	"caracal/internal/redact"
)

// maxChangesLogged is how many keys of one reload the log names.
const maxChangesLogged = 100

// logReload tells the operator what has become of a reload.
func (s *Server) logReload(file *config.Config, changes []config.Difference, err error) {
	if file != nil {
		s.logWarnings(file)
	}
	restart := 0
	for i, c := range changes {
		if c.Effect == config.AtServer {
			restart++
		}
		if i < maxChangesLogged {
			d := Masked(c)
			s.log.Info("a key of the configuration has changed", "key", d.Key, "before", d.Before, "after", d.After, "effect", effectTexts[d.Effect])
		}
	}
	switch {
	case err != nil && changes == nil:
		s.log.Error("the configuration stays as it was, for the new one is wrong", "error", redact.Text(err.Error()))
	case err != nil:
		s.log.Error("the configuration was read anew, and not all of it works", "changes", len(changes), "error", redact.Text(err.Error()))
	case restart > 0:
		s.log.Warn("the configuration was read anew; some keys want a restart of the server", "changes", len(changes), "restart", restart)
	default:
		s.log.Info("the configuration was read anew", "changes", len(changes))
	}
}

var effectTexts = map[config.Effect]string{
	config.Live: "at once", config.AtPoint: "the point is started anew", config.AtServer: "after a restart of the server",
}

// logWarnings tells what a configuration says in an old way.
func (s *Server) logWarnings(c *config.Config) {
	for _, w := range c.Warnings() {
		s.log.Warn("the configuration has a key with an old name", "warning", w.String())
	}
}

// Masked is a difference without secrets.
func Masked(d config.Difference) config.Difference {
	d.Before, d.After = maskedValue(d.Key, d.Before), maskedValue(d.Key, d.After)
	return d
}

func maskedValue(key, text string) string {
	if text == `""` {
		return text
	}
	return maskedText(lastKey(key), text)
}
