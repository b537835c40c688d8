package wmsp

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// vector is one block of a file in testdata: lines "key: value", a blank line
// between blocks, "#" before comments. Keys that repeat are joined with "\n".
type vector map[string]string

func readVectors(t *testing.T, file string) []vector {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	var vectors []vector
	for block := range strings.SplitSeq(string(text), "\n\n") {
		if v := parseVector(t, block); len(v) > 0 {
			vectors = append(vectors, v)
		}
	}
	if len(vectors) == 0 {
		t.Fatalf("%s: no vectors", file)
	}
	return vectors
}

func parseVector(t *testing.T, block string) vector {
	t.Helper()
	v := vector{}
	for line := range strings.SplitSeq(block, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			t.Fatalf("no key: %q", line)
		}
		value = strings.TrimSpace(value)
		if old, again := v[key]; again {
			value = old + "\n" + value
		}
		v[key] = value
	}
	return v
}

// unquoted returns a value written as a Go string.
func (v vector) unquoted(t *testing.T, key string) string {
	t.Helper()
	s, err := strconv.Unquote(v[key])
	if err != nil {
		t.Fatalf("%s: %s: %v", key, v[key], err)
	}
	return s
}

// bytes returns a value written in hexadecimal; "*N" after a byte repeats it N
// times.
func (v vector) bytes(t *testing.T, key string) []byte {
	t.Helper()
	var b []byte
	for word := range strings.FieldsSeq(v[key]) {
		digits, times, repeat := strings.Cut(word, "*")
		piece, err := hex.DecodeString(digits)
		if err != nil {
			t.Fatalf("%s: %v", key, err)
		}
		n := 1
		if repeat {
			if n, err = strconv.Atoi(times); err != nil {
				t.Fatalf("%s: %v", key, err)
			}
		}
		for range n {
			b = append(b, piece...)
		}
	}
	return b
}

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
