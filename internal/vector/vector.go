// Package vector reads the vectors of tests: files in testdata that hold wire
// bytes and what is to come of them.
package vector

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Vector is one block of a file in testdata: lines "key: value", a blank line
// between blocks, "#" before comments. Keys that repeat are joined with "\n".
type Vector map[string]string

// Read reads the vectors of a file in testdata; there has to be one at least.
func Read(t testing.TB, file string) []Vector {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	var vectors []Vector
	for block := range strings.SplitSeq(string(text), "\n\n") {
		if v := parse(t, block); len(v) > 0 {
			vectors = append(vectors, v)
		}
	}
	if len(vectors) == 0 {
		t.Fatalf("%s: no vectors", file)
	}
	return vectors
}

func parse(t testing.TB, block string) Vector {
	t.Helper()
	v := Vector{}
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

// Unquoted returns a value written as a Go string.
func (v Vector) Unquoted(t testing.TB, key string) string {
	t.Helper()
	s, err := strconv.Unquote(v[key])
	if err != nil {
		t.Fatalf("%s: %s: %v", key, v[key], err)
	}
	return s
}

// Bytes returns a value written in hexadecimal; "*N" after a byte repeats it N
// times.
func (v Vector) Bytes(t testing.TB, key string) []byte {
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
