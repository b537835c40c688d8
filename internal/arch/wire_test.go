package arch

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
)

// Files of a protocol package that hold sockets and time; all its others are
// wire files, pure functions on bytes.
var liveFiles = []string{
	"server*.go", "conn*.go", "client*.go", "session*.go", "handle_*.go", "player*.go", "listen*.go",
	"sender*.go", "receiver*.go",
	"*_test.go",
}

// What wire files may use from below net: names and text, no connections.
var wireNet = []string{"net/url", "net/textproto", "net/netip"}

// What wire files may use of our own below internal: wire formats that several
// protocols have.
var wireOurs = []string{"internal/head", "internal/cdl", "internal/cachecontrol", "internal/remote"}

// The functions of package time that read or wait for the clock.
var clock = map[string]bool{
	"Now": true, "Since": true, "Until": true, "Sleep": true, "After": true,
	"AfterFunc": true, "NewTimer": true, "NewTicker": true, "Tick": true,
}

func isWireFile(name string) bool {
	for _, p := range liveFiles {
		if ok, _ := filepath.Match(p, name); ok {
			return false
		}
	}
	return true
}

// checkWire returns what a wire file uses that it may not: src is its text, or
// nil to read the file.
func checkWire(module, file string, src any) ([]string, error) {
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, file, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var faults []string
	fault := func(n ast.Node, format string, args ...any) {
		faults = append(faults, set.Position(n.Pos()).String()+": "+fmt.Sprintf(format, args...))
	}
	timeName := ""
	for _, s := range f.Imports {
		path, err := strconv.Unquote(s.Path.Value)
		if err != nil {
			return nil, err
		}
		if wireForbids(module, path) {
			fault(s, "a wire file imports %s", path)
		}
		if path == "time" {
			timeName = "time"
			if s.Name != nil {
				timeName = s.Name.Name
			}
		}
	}
	if timeName == "." {
		fault(f.Name, "a wire file imports time into its own names")
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			fault(n, "a wire file starts a goroutine")
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && x.Name == timeName && clock[n.Sel.Name] {
				fault(n, "a wire file uses the clock: time.%s", n.Sel.Name)
			}
		}
		return true
	})
	return faults, nil
}

func wireForbids(module, path string) bool {
	if matchesAny([]string{"net/...", "os/...", "crypto/tls"}, path) {
		return !matchesAny(wireNet, path)
	}
	name, ours := strings.CutPrefix(path, module+"/")
	return ours && strings.HasPrefix(name, "internal/") && !matchesAny(wireOurs, name)
}
