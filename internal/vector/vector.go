// Package vector reads the vectors of tests: files in testdata that hold wire
// bytes and what is to come of them.
package vector

import (
	"bytes"
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

// Parsed tests a parser with the vectors of a file: it takes "hex", and fails as
// "error" says, or check looks at what came of it.
func Parsed[T any](t *testing.T, file string, parse func([]byte) (T, error), check func(t *testing.T, v Vector, in []byte, got T)) {
	t.Helper()
	for _, v := range Read(t, file) {
		t.Run(v["name"], func(t *testing.T) {
			in := v.Bytes(t, "hex")
			got, err := parse(in)
			switch want, bad := v["error"]; {
			case bad && (err == nil || err.Error() != want):
				t.Errorf("error %v, want %s", err, want)
			case !bad && err != nil:
				t.Error(err)
			case !bad:
				check(t, v, in, got)
			}
		})
	}
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

// Bytes returns a value written in hexadecimal, see Hex.
func (v Vector) Bytes(t testing.TB, key string) []byte {
	t.Helper()
	return Hex(t, v[key])
}

// Hex reads hexadecimal digits; "*N" after a byte repeats it N times.
func Hex(t testing.TB, text string) []byte {
	t.Helper()
	var b []byte
	for word := range strings.FieldsSeq(text) {
		digits, times, repeat := strings.Cut(word, "*")
		piece, err := hex.DecodeString(digits)
		n := 1
		if err == nil && repeat {
			n, err = strconv.Atoi(times)
		}
		if err != nil {
			t.Fatalf("%s: %v", word, err)
		}
		b = append(b, bytes.Repeat(piece, n)...)
	}
	return b
}

// Number returns a decimal value; 0 if the key is absent.
func (v Vector) Number(t testing.TB, key string) int {
	t.Helper()
	if v[key] == "" {
		return 0
	}
	n, err := strconv.Atoi(v[key])
	if err != nil {
		t.Fatalf("%s: %v", key, err)
	}
	return n
}
