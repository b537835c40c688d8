package msbd_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"caracal/internal/fronttest"
	"caracal/msb/msbd"
)

// chapter is what a server sends of one stream.
type chapter struct {
	header, title, description []byte
	packets                    [][]byte
}

// judge reads what a server has sent with nothing but the figures of [MS-MSBD] 2.2
// and says what is wrong with it: no byte may be another one.
func judge(b []byte, want []chapter) error {
	j := judgement{rest: b}
	if body := j.message(0x0008, 0); !bytes.Equal(body, make([]byte, 20)) {
		j.fail("connected with % x", body)
	}
	var id uint32
	for n, c := range want {
		j.description(uint16(n+1), &c)
		for _, packet := range c.packets {
			body := j.message(0x000A, 0)
			if len(body) < 8 || binary.LittleEndian.Uint32(body) != id || binary.LittleEndian.Uint16(body[4:]) != uint16(n+1) ||
				int(binary.LittleEndian.Uint16(body[6:])) != len(body) || !bytes.Equal(body[8:], packet) {
				j.fail("packet %d differs", id)
			}
			id++
		}
	}
	if body := j.message(0x0009, 0); len(body) != 0 {
		j.fail("%d bytes behind the end", len(body))
	}
	if body := j.message(0x0005, 0xC00D0033); !bytes.Equal(body, make([]byte, 32)) {
		j.fail("the last description has % x", body)
	}
	if len(j.rest) > 0 {
		j.fail("%d bytes too many", len(j.rest))
	}
	return j.err
}

type judgement struct {
	rest []byte
	err  error // the first
}

func (j *judgement) fail(format string, args ...any) {
	if j.err == nil {
		j.err = fmt.Errorf(format, args...)
	}
}

// message takes one of this kind and returns its body.
func (j *judgement) message(id uint16, hr uint32) []byte {
	b := j.rest
	if len(b) < 16 {
		j.fail("no message %d", id)
		return nil
	}
	size := binary.LittleEndian.Uint32(b[8:])
	if size < 16 || size > 0xFFFF || int(size) > len(b) {
		j.fail("a message of %d bytes", size)
		return nil
	}
	if string(b[:4]) != "MSB " || binary.LittleEndian.Uint16(b[4:]) != 0x0106 ||
		binary.LittleEndian.Uint16(b[6:]) != id || binary.LittleEndian.Uint32(b[12:]) != hr {
		j.fail("% x for message %d", b[:16], id)
	}
	j.rest = b[size:]
	return b[16:size]
}

func (j *judgement) description(stream uint16, c *chapter) {
	body := j.message(0x0005, 0)
	var want []byte
	want = binary.LittleEndian.AppendUint16(want, stream)
	want = binary.LittleEndian.AppendUint16(want, packetSize)
	for _, v := range []uint32{0, 80_000, 0xFFFFFFFF, uint32(len(c.title)), uint32(len(c.description)), 0, uint32(len(c.header))} {
		want = binary.LittleEndian.AppendUint32(want, v)
	}
	if want = slices.Concat(want, c.title, c.description, c.header); !bytes.Equal(body, want) {
		j.fail("description %d differs", stream)
	}
}

// record is all that the server sends of two streams and the end.
func record(t *testing.T) (sent []byte, want []chapter) {
	t.Helper()
	inMemory(t, setting{}, func(s *server) {
		first, second := filmCalled("AB"), filmCalled("C")
		s.Clip = first
		s.live(3)
		p := s.connect()
		p.SetDeadline(time.Time{})
		p.ask(msbd.OverTCP)
		got := make(chan []byte)
		go func() {
			b, _ := io.ReadAll(io.LimitReader(p, 1<<20))
			got <- b
		}()
		time.Sleep(time.Second)
		if err := s.Feed.Header(second.Header); err != nil {
			t.Fatal(err)
		}
		s.Bring(2)
		s.Feed.Close()
		sent = <-got
		about := []byte("a\x00b\x00o\x00u\x00t\x00 \x00i\x00t\x00")
		packet := func(c fronttest.Clip, n int) []byte { return c.Packet(n) }
		want = []chapter{
			{first.LiveHeader(), []byte("A\x00B\x00"), about, [][]byte{packet(first, 0), packet(first, 1), packet(first, 2)}},
			{second.LiveHeader(), []byte("C\x00"), about, [][]byte{packet(first, 3), packet(first, 4)}},
		}
	})
	return sent, want
}

// What the server sends is right, and no fault in it goes unseen: neither a byte that
// is another one, nor a message that is missing, comes twice or in another place.
func TestFaultsAreSeen(t *testing.T) {
	sent, want := record(t)
	if err := judge(sent, want); err != nil {
		t.Fatal(err)
	}
	for at := range sent {
		b := bytes.Clone(sent)
		b[at] ^= 1 << (at % 8)
		if judge(b, want) == nil {
			t.Errorf("byte %d of %d is not looked at", at, len(sent))
		}
	}
	messages := split(t, sent)
	for n := range messages {
		missing := slices.Delete(slices.Clone(messages), n, n+1)
		twice := slices.Insert(slices.Clone(messages), n, messages[n])
		for fault, list := range map[string][][]byte{"missing": missing, "twice": twice, "swapped": swapped(messages, n)} {
			if judge(slices.Concat(list...), want) == nil {
				t.Errorf("message %d of %d %s", n, len(messages), fault)
			}
		}
	}
}

func swapped(messages [][]byte, n int) [][]byte {
	list := slices.Clone(messages)
	other := (n + 1) % len(list)
	list[n], list[other] = list[other], list[n]
	return list
}

func split(t *testing.T, b []byte) (list [][]byte) {
	t.Helper()
	for len(b) > 0 {
		_, n, err := msbd.ParseMessage(b)
		if err != nil {
			t.Fatal(err)
		}
		list, b = append(list, b[:n]), b[n:]
	}
	return list
}
