package rtsp

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// wireFile is a file of testdata with "expect:" lines, "---" and a text whose
// line ends become CRLF.
type wireFile struct{ name, expect, text string }

func wireFiles(t testing.TB, folder string) []wireFile {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", folder, "*.txt"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no files in %s: %v", folder, err)
	}
	var files []wireFile
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		expect, text, ok := strings.Cut(string(content), "---\n")
		if !ok {
			t.Fatalf("%s: no line ---", name)
		}
		files = append(files, wireFile{filepath.Base(name), expect, strings.ReplaceAll(text, "\n", "\r\n")})
	}
	return files
}

// check compares "expect: key=value" lines with what was parsed.
func (f wireFile) check(t *testing.T, got map[string]string) {
	t.Helper()
	checked := 0
	for line := range strings.SplitSeq(f.expect, "\n") {
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
