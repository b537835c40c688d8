package rtsp

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// wireVector is one block of a file in testdata: lines "key: value", a blank
// line between blocks, "#" before comments. Keys that repeat are joined with
// "\n".
type wireVector map[string]string

func wireVectors(t testing.TB, file string) []wireVector {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	var all []wireVector
	for block := range strings.SplitSeq(string(text), "\n\n") {
		v := wireVector{}
		for line := range strings.SplitSeq(block, "\n") {
			if line == "" || line[0] == '#' {
				continue
			}
			key, value, ok := strings.Cut(line, ":")
			if !ok {
				t.Fatalf("%s: no key: %q", file, line)
			}
			if old, again := v[key]; again {
				value = old + "\n" + strings.TrimSpace(value)
			}
			v[key] = strings.TrimSpace(value)
		}
		if len(v) > 0 {
			all = append(all, v)
		}
	}
	if len(all) == 0 {
		t.Fatalf("%s: no vectors", file)
	}
	return all
}

// bytes returns a value written in hexadecimal; "xx*N" repeats a byte N times.
func (v wireVector) bytes(t testing.TB, key string) []byte {
	t.Helper()
	var b []byte
	for word := range strings.FieldsSeq(v[key]) {
		digits, times, repeat := strings.Cut(word, "*")
		piece, err := hex.DecodeString(digits)
		if err != nil {
			t.Fatalf("%s: %s: %v", v["name"], key, err)
		}
		n := 1
		if repeat {
			n = parseInt(t, times)
		}
		for range n {
			b = append(b, piece...)
		}
	}
	return b
}

// number returns a decimal value; 0 if the key is absent.
func (v wireVector) number(t testing.TB, key string) int {
	t.Helper()
	if v[key] == "" {
		return 0
	}
	return parseInt(t, v[key])
}

func parseInt(t testing.TB, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
