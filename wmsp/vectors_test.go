package wmsp

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// readHeads reads the files of testdata/requests or testdata/responses: "expect:"
// lines, "---", and a head whose line ends become CRLF.
func readHeads(t *testing.T, folder string) map[string]struct{ expect, head string } {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", folder, "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no heads in %s: %v", folder, err)
	}
	heads := make(map[string]struct{ expect, head string })
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		expect, head, ok := strings.Cut(string(text), "---\n")
		if !ok {
			t.Fatalf("%s: no line ---", file)
		}
		heads[filepath.Base(file)] = struct{ expect, head string }{expect, strings.ReplaceAll(head, "\n", "\r\n")}
	}
	return heads
}

// checkExpect compares "expect: key=value" lines with what was parsed.
func checkExpect(t *testing.T, expect string, got map[string]string) {
	t.Helper()
	checked := 0
	for line := range strings.SplitSeq(expect, "\n") {
		rest, ok := strings.CutPrefix(line, "expect: ")
		if !ok {
			continue
		}
		key, want, _ := strings.Cut(rest, "=")
		value, known := got[key]
		if !known {
			t.Errorf("nothing called %q was parsed", key)
		} else if value != want {
			t.Errorf("%s = %q, want %q", key, value, want)
		}
		checked++
	}
	if checked == 0 {
		t.Error("no expect: line")
	}
}
