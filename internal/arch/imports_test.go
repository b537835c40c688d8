package arch

import (
	"fmt"
	"strings"
)

// A pkg is what `go list` tells of one package.
type pkg struct {
	ImportPath string
	Dir        string
	Standard   bool
	Imports    []string
	Deps       []string // everything beneath it
}

// A checker knows the module's packages and the table they are held against.
type checker struct {
	module   string
	rows     []row
	standard map[string]bool // of every package that was listed
}

// matches reports whether the pattern covers the package; both are written
// from the module's root.
func matches(pattern, name string) bool {
	if pattern == anything {
		return true
	}
	if base, all := strings.CutSuffix(pattern, "/..."); all {
		return name == base || strings.HasPrefix(name, base+"/")
	}
	return name == pattern
}

func matchesAny(patterns []string, name string) bool {
	for _, p := range patterns {
		if matches(p, name) {
			return true
		}
	}
	return false
}

// own cuts the module's name off an import path of ours.
func (c checker) own(path string) (string, bool) {
	return strings.CutPrefix(path, c.module+"/")
}

func (c checker) row(name string) (row, bool) {
	for _, r := range c.rows {
		if matches(r.packages, name) {
			return r, true
		}
	}
	return row{}, false
}

// check returns what the table has against the package.
func (c checker) check(p pkg) []string {
	name, ok := c.own(p.ImportPath)
	if !ok {
		return []string{p.ImportPath + " is not below the module's root"}
	}
	r, ok := c.row(name)
	if !ok {
		return []string{name + " is not in the table"}
	}
	var faults []string
	for _, path := range p.Imports {
		if why := c.forbidden(r, path); why != "" {
			faults = append(faults, fmt.Sprintf("%s imports %s: %s", name, path, why))
		}
	}
	if r.pure {
		for _, path := range p.Deps {
			if path == "net" {
				faults = append(faults, name+" has net beneath it")
			}
		}
	}
	return faults
}

// forbidden returns why a package of the row may not import the path, or "".
func (c checker) forbidden(r row, path string) string {
	if name, ours := c.own(path); ours {
		if matches(r.packages, name) || matchesAny(r.may, name) {
			return ""
		}
		return "not allowed by its row"
	}
	if !c.standard[path] {
		if r.pure {
			return "not in the standard library"
		}
		return ""
	}
	if matchesAny(r.never, path) {
		return "forbidden by its row"
	}
	return ""
}
