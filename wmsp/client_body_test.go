package wmsp

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"caracal/internal/head"
)

func TestClientBody(t *testing.T) {
	const chunked, length = "Transfer-Encoding: chunked", "Content-Length: 5"
	tests := []struct {
		name, field, in string
		want, rest      string // what is read, and what stays for the next response
		err             error
	}{
		{"length", length, "hellonext", "hello", "next", nil},
		{"length 0", "Content-Length: 0", "next", "", "next", nil},
		{"up to the end", "A: b", "hello", "hello", "", nil},
		{"too short", length, "hell", "hell", "", io.ErrUnexpectedEOF},
		{"chunks", chunked, "5\r\nhello\r\n1;x=y\r\n!\r\n0\r\n\r\nnext", "hello!", "next", nil},
		{"bare line feeds", chunked, "5\nhello\n0\n\nnext", "hello", "next", nil},
		{"capital digits", chunked, "A\r\n0123456789\r\n00\r\n\r\n", "0123456789", "", nil},
		{"trailer", chunked, "0\r\nA: b\r\nC: d\r\n\r\nnext", "", "next", nil},
		{"no last chunk", chunked, "1\r\na\r\n", "a", "", io.ErrUnexpectedEOF},
		{"half a chunk", chunked, "5\r\nhel", "hel", "", io.ErrUnexpectedEOF},
		{"no line end after a chunk", chunked, "1\r\nab\r\n", "a", "", ErrInvalid},
		{"no size", chunked, "\r\n", "", "", ErrInvalid},
		{"a letter for a size", chunked, "x\r\n", "", "", ErrInvalid},
		{"an extension for a size", chunked, ";\r\n", "", "", ErrInvalid},
		{"negative size", chunked, "-1\r\n", "", "", ErrInvalid},
		{"size too large", chunked, "80000001\r\n", "", "", ErrInvalid},
		{"long line", chunked, "1;" + strings.Repeat("a", maxChunkLine) + "\r\n", "", "", ErrLimit},
		{"line without end", chunked, strings.Repeat("1", 5000), "", "", ErrInvalid},
		{"long trailer", chunked, "0\r\n" + strings.Repeat("A: b\r\n", head.MaxFields), "", "", ErrInvalid},
	}
	for _, test := range tests {
		resp, _, err := ParseResponse([]byte("HTTP/1.1 200 OK\r\n" + test.field + "\r\n\r\n"))
		if err != nil {
			t.Fatal(err)
		}
		for _, in := range []io.Reader{strings.NewReader(test.in), iotest.OneByteReader(strings.NewReader(test.in))} {
			r := bufio.NewReader(in)
			got, err := io.ReadAll(newClientBody(r, resp))
			if string(got) != test.want || !errors.Is(err, test.err) {
				t.Errorf("%s: %q, %v, want %q, %v", test.name, got, err, test.want, test.err)
			}
			if rest, _ := io.ReadAll(r); test.err == nil && string(rest) != test.rest {
				t.Errorf("%s: left %q, want %q", test.name, rest, test.rest)
			}
		}
	}
	resp := &Response{Status: 204, Header: head.Fields{{Name: "Transfer-Encoding", Value: "chunked"}}}
	if b, err := io.ReadAll(newClientBody(bufio.NewReader(strings.NewReader("x")), resp)); len(b) > 0 || err != nil {
		t.Errorf("204 has a body: %q, %v", b, err)
	}
}
