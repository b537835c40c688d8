package main

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"time"

	"caracal/wmsp"
)

// decode feeds a body in pieces of n bytes, and then the connection's end.
func decode(b body, input string, n int) (payload string, used int, err error) {
	var out bytes.Buffer
	take := func(p []byte, _ time.Time) error { out.Write(p); return nil }
	for rest := []byte(input); !b.done; {
		if len(rest) == 0 {
			return out.String(), used, b.end(io.EOF)
		}
		piece := rest[:min(n, len(rest))]
		k, err := b.feed(piece, time.Time{}, take)
		rest, used = rest[k:], used+k
		if err != nil {
			return out.String(), used, err
		}
	}
	return out.String(), used, nil
}

func TestBody(t *testing.T) {
	length := func(n int64) body { return body{left: n} }
	chunked := body{chunked: true}
	tests := []struct {
		name    string
		body    body
		input   string
		payload string
		rest    string // what belongs to the next response
		err     error
	}{
		{"length", length(5), "helloHTTP/1.1", "hello", "HTTP/1.1", nil},
		{"cut short", length(6), "hello", "hello", "", io.ErrUnexpectedEOF},
		{"to the end", length(-1), "hello", "hello", "", nil},
		{"chunks", chunked, "5\r\nhello\r\nA;x=y\r\n, world! !\r\n0\r\n\r\nHTTP", "hello, world! !", "HTTP", nil},
		{"bare LF", chunked, "2\nab\n0\n\n", "ab", "", nil},
		{"trailer", chunked, "1\r\na\r\n0\r\nX: y\r\n\r\nnext", "a", "next", nil},
		{"a chunk cut short", chunked, "5\r\nhel", "hel", "", io.ErrUnexpectedEOF},
		{"no last chunk", chunked, "1\r\na\r\n", "a", "", io.ErrUnexpectedEOF},
		{"no size", chunked, "x\r\n", "", "", errChunk},
		{"a size beyond all", chunked, "ffffffffffffffff\r\n", "", "", errChunk},
		{"a long line", chunked, string(bytes.Repeat([]byte{'0'}, 300)), "", "", errChunk},
	}
	for _, tt := range tests {
		for n := 1; n <= len(tt.input); n++ {
			payload, used, err := decode(tt.body, tt.input, n)
			if payload != tt.payload || !errors.Is(err, tt.err) {
				t.Errorf("%s in pieces of %d: %q, %v", tt.name, n, payload, err)
			}
			if err == nil && tt.input[used:] != tt.rest {
				t.Errorf("%s in pieces of %d: %q is left", tt.name, n, tt.input[used:])
			}
		}
	}
}

func TestNewBody(t *testing.T) {
	tests := []struct {
		head string
		want body
	}{
		{"HTTP/1.0 200 OK\r\n\r\n", body{left: -1}},
		{"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", body{left: 7}},
		{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", body{done: true}},
		{"HTTP/1.1 204 No Content\r\n\r\n", body{left: -1, done: true}},
		{"HTTP/1.1 200 OK\r\nContent-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n", body{chunked: true}},
	}
	for _, tt := range tests {
		r, _, err := wmsp.ParseResponse([]byte(tt.head))
		if err != nil {
			t.Fatal(err)
		}
		got := newBody(r)
		if got.chunked != tt.want.chunked || got.left != tt.want.left || got.done != tt.want.done {
			t.Errorf("%q: %+v, want %+v", tt.head, *got, tt.want)
		}
	}
}

// How a body is cut must not matter.
func FuzzBody(f *testing.F) {
	f.Add([]byte("5\r\nhello\r\n0\r\n\r\n"), 3)
	f.Add([]byte("0\nX: y\n\nrest"), 1)
	f.Fuzz(func(t *testing.T, input []byte, n int) {
		for _, b := range []body{{chunked: true}, {left: 9}, {left: -1}} {
			whole, used, err := decode(b, string(input), len(input)+1)
			b.line = nil
			cut, usedCut, errCut := decode(b, string(input), max(1, n))
			if whole != cut || used != usedCut || !errors.Is(errCut, err) {
				t.Errorf("%q: %q %d %v, in pieces %q %d %v", input, whole, used, err, cut, usedCut, errCut)
			}
		}
	})
}
