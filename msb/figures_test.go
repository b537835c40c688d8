package msb

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// tape tells what was sent, in its order; what comes in a row once.
func tape(t *testing.T, sent [][]byte) (list []string) {
	t.Helper()
	for _, b := range sent {
		line := "beacon"
		if !IsBeacon(b) {
			p, err := ParsePacket(b)
			if err != nil {
				t.Fatal(err)
			}
			c, err := ParseCorrection(p.ASF)
			if err != nil {
				t.Fatal(err)
			}
			kind := "packet"
			if c.Parity {
				kind = "parity"
			}
			line = fmt.Sprintf("%s %d/%d", kind, p.Stream.Format(), p.Stream>>15)
		}
		if n := len(list); n == 0 || list[n-1] != line {
			list = append(list, line)
		}
	}
	return list
}

// [MS-MSB] 4.2, figure 2: beacons, packets of one entry, the top bit of wStreamID turned
// over with the first packet of the next, and the same where the list begins again,
// whether its header is another or not; beacons when it is over.
func TestFigure2(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSending(t, EncoderOptions{Span: 4})
		time.Sleep(4 * time.Second)
		f := s.source()
		other := otherHeader(t, s.header)
		first := s.film.packets[:4]
		s.bring(f, first)
		for _, header := range [][]byte{other, s.header, s.header, other} { // the next, from the start, again, the next
			time.Sleep(300 * time.Millisecond)
			if err := f.Header(header); err != nil {
				t.Fatal(err)
			}
			s.bring(f, first)
		}
		time.Sleep(4 * time.Second)
		f.Close()
		s.close()
		st, _ := s.Station()
		if len(st.Formats) != 2 {
			t.Fatalf("%d formats", len(st.Formats))
		}
		a, b := st.Formats[0].ID, st.Formats[1].ID
		want := []string{"beacon"}
		packet, _ := ParsePacket(s.w.sent[slices.IndexFunc(s.w.sent, func(b []byte) bool { return !IsBeacon(b) })])
		bit := packet.Stream >> 15
		for _, id := range []FormatID{a, b, a, a, b} {
			want = append(want, fmt.Sprintf("packet %d/%d", id, bit), fmt.Sprintf("parity %d/%d", id, bit))
			bit ^= 1
		}
		want = append(want, "beacon")
		if got := tape(t, s.w.sent); !slices.Equal(got, want) {
			t.Errorf("sent\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}

// await gives the next log.
func (s *logServer) await(t *testing.T) string {
	t.Helper()
	select {
	case line := <-s.came:
		return line
	case <-time.After(patient):
		t.Fatal("no log comes")
		return ""
	}
}

// The other side of figure 2: the log of an entry is submitted behind the first packet
// with another wStreamID, while that entry plays, and the last one at the end.
func TestFigure2Logs(t *testing.T) {
	logs := &logServer{page: "<body><h1>WMS ISAPI Log Dll/9.00.00.3372</h1></body>", came: make(chan string, 3)}
	web := httptest.NewServer(logs)
	defer web.Close()
	st, id := filmStation(t)
	group, err := st.Group()
	if err != nil {
		t.Fatal(err)
	}
	st.LogURL = web.URL
	const each = 3
	l := listen(t, t.Context(), st, ReceiverOptions{Client: web.Client()}, 3*each)
	send, e, f := raw(t, group), NewEncoder(EncoderOptions{}), readFilm(t)
	packets := func(list [][]byte) {
		for i, pkt := range list {
			d, err := e.Packet(nil, pkt, &f.outlines[i])
			if err != nil {
				t.Fatal(err)
			}
			send(append(d.Head, d.Body...))
		}
	}
	for entry := range 3 {
		e.Begin(id)
		packets(f.packets[:1])
		if entry > 0 { // it comes before the entry goes on
			if line := logs.await(t); strings.Split(line, " ")[31] != fmt.Sprint(each) {
				t.Errorf("the log of entry %d: %q", entry, line)
			}
		}
		logs.mu.Lock()
		if len(logs.lines) != entry {
			t.Errorf("%d logs in entry %d", len(logs.lines), entry)
		}
		logs.mu.Unlock()
		packets(f.packets[:each-1])
	}
	if err := <-l.done; !errors.Is(err, errEnough) || len(logs.lines) != 3 {
		t.Errorf("%v, %d logs", err, len(logs.lines))
	}
}
