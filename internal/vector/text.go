package vector

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Text is a file of a folder in testdata: "expect: key=value" lines, "---", and
// a text whose line ends become CRLF.
type Text struct{ Name, Expect, Text string }

// Texts reads the files of a folder; there has to be one at least.
func Texts(t testing.TB, folder string) []Text {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", folder, "*.txt"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no files in %s: %v", folder, err)
	}
	var files []Text
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		expect, text, ok := strings.Cut(string(content), "---\n")
		if !ok {
			t.Fatalf("%s: no line ---", name)
		}
		files = append(files, Text{filepath.Base(name), expect, strings.ReplaceAll(text, "\n", "\r\n")})
	}
	return files
}

// Check compares the "expect:" lines with what was parsed.
func (f Text) Check(t *testing.T, got map[string]string) {
	t.Helper()
	checked := 0
	for line := range strings.SplitSeq(f.Expect, "\n") {
		rest, ok := strings.CutPrefix(line, "expect: ")
		if !ok {
			continue
		}
		key, want, _ := strings.Cut(rest, "=")
		if value, known := got[key]; !known {
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
