package server

import (
	"runtime"
	"runtime/debug"
)

// Build says which Caracal this is.
type Build struct {
	Text     string // "v0.1.0", or "development"
	Go       string
	Revision string // "" when it is not known
	Modified bool   // built from files that were changed after Revision
	Time     string // of Revision
}

// Version reads what the Go linker wrote into the program.
func Version() Build {
	b := Build{Text: "development", Go: runtime.Version()}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		b.Text = v
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		case "vcs.time":
			b.Time = s.Value
		}
	}
	return b
}
