package mms

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"testing"

	"caracal/internal/vector"
)

func seed(f *testing.F, files ...string) {
	for _, file := range files {
		for _, v := range vector.Read(f, file) {
			f.Add(v.Bytes(f, "hex"))
		}
	}
}

// FuzzReader reads what a client or a server might send. The reader neither
// panics nor keeps more than it may, and gives out what was sent.
func FuzzReader(f *testing.F) {
	seed(f, messageFiles...)
	f.Fuzz(func(t *testing.T, in []byte) {
		for _, r := range []*Reader{NewReader(bytes.NewReader(in)), NewDataReader(bytes.NewReader(in))} {
			total := 0
			for {
				item, err := r.Next()
				if err != nil {
					var parse *ParseError
					if err != io.EOF && err != io.ErrUnexpectedEOF && !errors.As(err, &parse) {
						t.Fatalf("%v", err)
					}
					break
				}
				total += len(item.Message.Body) + len(item.Data.Payload)
			}
			if total > len(in) || len(r.buf) > readerMost || len(r.buf) > max(readerFirst, 4*len(in)) {
				t.Fatalf("%d bytes out and %d kept of %d", total, len(r.buf), len(in))
			}
		}
	})
}

// FuzzMessages parses any body as every message. What is parsed can be written
// and is then parsed to the same.
func FuzzMessages(f *testing.F) {
	for _, file := range messageFiles {
		for _, v := range vector.Read(f, file) {
			in := v.Bytes(f, "hex")
			f.Add(uint32(MID((&fields{in[36:]}).u32())), in[TCPMessageHeaderSize+messageHeadSize:])
		}
	}
	f.Fuzz(func(t *testing.T, mid uint32, body []byte) {
		parse := parsers[MID(mid)]
		if parse == nil || len(body) > MaxMessage-messageHeadSize {
			return
		}
		m, err := parse(body)
		if err != nil {
			var parse *ParseError
			if !errors.As(err, &parse) {
				t.Fatal(err)
			}
			return
		}
		once := m.Append(nil)
		again, n, err := ParseMessage(append(once, make([]byte, MaxMessage)...))
		if len(once) > MaxMessage {
			return // U+FFFD for what was no UTF-16 may be longer
		}
		if err != nil || n != len(once) || again.MID != MID(mid) {
			t.Fatalf("%v: %d of %d bytes, %v", again.MID, n, len(once), err)
		}
		m2, err := parse(again.Body)
		if err != nil {
			t.Fatalf("%v: %v", again.MID, err)
		}
		if twice := m2.Append(nil); !bytes.Equal(twice, once) {
			t.Fatalf("%x\n%x", once, twice)
		}
	})
}

func FuzzData(f *testing.F) {
	seed(f, "data.txt")
	f.Fuzz(func(t *testing.T, in []byte) {
		d, n, err := ParseData(in)
		if err == nil && !bytes.Equal(d.Append(nil), in[:n]) {
			t.Fatalf("%x of %x", d.Append(nil), in[:n])
		}
		var j HeaderJoiner
		if err == nil {
			_, _ = j.Add(d)
		}
	})
}

func FuzzResendRequest(f *testing.F) {
	seed(f, "resend.txt")
	f.Fuzz(func(t *testing.T, in []byte) {
		r, err := ParseResendRequest(in)
		if err != nil {
			return
		}
		if out := r.Append(nil); !bytes.HasPrefix(in, out) {
			t.Fatalf("%x of %x", out, in)
		}
	})
}

func FuzzToken(f *testing.F) {
	seed(f, "tokens.txt")
	f.Fuzz(func(t *testing.T, in []byte) {
		token, err := ParseToken(in)
		if err != nil {
			return
		}
		if user, password, ok := token.BasicCredentials(); ok {
			again, err := ParseToken(AppendBasicCredentials(nil, user, password))
			if user2, password2, ok := again.BasicCredentials(); err != nil || !ok || user2 != user || password2 != password {
				t.Fatalf("%q %q, then %+v, %v", user, password, again, err)
			}
		}
		if !token.IsNTLM {
			return
		}
		again, err := ParseToken(AppendNTLM(nil, token.NTLM, token.Wrapped))
		if err == nil && !token.Wrapped && len(token.NTLM) > 0 && !reflect.DeepEqual(again.NTLM, token.NTLM) {
			t.Fatalf("%x, then %x", token.NTLM, again.NTLM)
		}
	})
}

// FuzzNames parses the three kinds of text.
func FuzzNames(f *testing.F) {
	for _, v := range vector.Read(f, "funnels.txt") {
		f.Add(v.Unquoted(f, "in"))
	}
	f.Add("NSPlayer/9.0.0.2980; {68c0a090-8797-11d2-a2b3-00a0c9b60551}; Host: h:1755\x00HOST: h\x00VIA: p")
	f.Add("mms://h/%41.asf?x=%")
	f.Fuzz(func(t *testing.T, in string) {
		if funnel, err := ParseFunnel(in); err == nil {
			again, err := ParseFunnel(funnel.String())
			if err != nil || again != funnel {
				t.Fatalf("%q: %+v, then %+v, %v", in, funnel, again, err)
			}
		}
		units := appendUTF16(nil, in)
		if got, size := decodeUTF16(units); size != len(units) || !bytes.Equal(appendUTF16(nil, got), units) {
			t.Fatalf("%q: %q of %d bytes", in, got, size)
		}
		s := parseSubscriber([]byte(in))
		_, _, _ = s.Agent(), s.Host(), s.IsServices4()
		m := OpenFile{FileName: in}
		for r := ReadLiteral; r <= ReadUnescaped; r++ {
			_, _ = m.Target(r)
		}
	})
}
