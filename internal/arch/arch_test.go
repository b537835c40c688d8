package arch

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// list asks the go command for the module's packages, all they depend on, and
// the module's name.
func list(t *testing.T) (ours []pkg, c checker) {
	t.Helper()
	module, err := exec.Command("go", "list", "-m").Output()
	if err != nil {
		t.Fatal("go list -m:", failure(err))
	}
	c = checker{module: strings.TrimSpace(string(module)), rows: table, standard: map[string]bool{}}
	cmd := exec.Command("go", "list", "-deps", "-json=ImportPath,Dir,Standard,Imports,Deps", c.module+"/...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal("go list -deps:", failure(err))
	}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return ours, c
		} else if err != nil {
			t.Fatal(err)
		}
		c.standard[p.ImportPath] = p.Standard
		if _, ok := c.own(p.ImportPath); ok {
			ours = append(ours, p)
		}
	}
}

func failure(err error) string {
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return string(exit.Stderr)
	}
	return err.Error()
}

func TestImportsRunOneWay(t *testing.T) {
	ours, c := list(t)
	if len(ours) < 2 {
		t.Fatalf("go list knows %d packages of ours", len(ours))
	}
	for _, p := range ours {
		for _, fault := range c.check(p) {
			t.Error(fault)
		}
	}
}

func TestWireFilesArePure(t *testing.T) {
	ours, c := list(t)
	for _, p := range ours {
		if name, _ := c.own(p.ImportPath); !matchesAny(streaming, name) {
			continue
		}
		files, err := filepath.Glob(filepath.Join(p.Dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if !isWireFile(filepath.Base(file)) {
				continue
			}
			faults, err := checkWire(c.module, file, nil)
			if err != nil {
				t.Error(err)
			}
			for _, fault := range faults {
				t.Error(fault)
			}
		}
	}
}

// The two rules that no single row states: what is beneath a package by any
// road may not be what the design keeps from it.
func TestTableReachesNoFurther(t *testing.T) {
	collaboration := []string{"conf", "conf/...", "sip/...", "t120/..."}
	top := []string{"web/...", "internal/server/...", "cmd/..."}
	tests := []struct {
		packages []string
		never    []string
	}{
		{streaming, slices.Concat(collaboration, top, []string{"internal/source", "internal/config"})},
		{collaboration, slices.Concat(streaming, top, []string{"asf", "internal/point", "internal/source"})},
		{[]string{"internal/point", "internal/playlist"}, slices.Concat(streaming, top, []string{"internal/source", "internal/config"})},
		{[]string{"internal/auth", "internal/session", "internal/config"}, slices.Concat(streaming, collaboration, []string{"asf"})},
		{[]string{"internal/source"}, collaboration},
		{[]string{"web/..."}, slices.Concat(streaming, []string{"sip/...", "t120/...", "internal/source"})},
	}
	for _, tt := range tests {
		for _, from := range tt.packages {
			for _, to := range reach(table, from) {
				if slices.Contains(tt.never, to) {
					t.Errorf("the table lets %s reach %s", from, to)
				}
			}
		}
	}
}

// reach returns the patterns that a row's packages may have beneath them.
func reach(rows []row, from string) []string {
	var seen []string
	for todo := []string{from}; len(todo) > 0; {
		name := todo[0]
		todo = todo[1:]
		for _, r := range rows {
			if r.packages != name {
				continue
			}
			for _, m := range r.may {
				if !slices.Contains(seen, m) {
					seen, todo = append(seen, m), append(todo, m)
				}
			}
		}
	}
	return seen
}
