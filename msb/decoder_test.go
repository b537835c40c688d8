package msb

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
)

// lossy is a network that loses, doubles and turns round datagrams.
func lossy(rng *rand.Rand, sent [][]byte, loss float64) (heard [][]byte, lost []bool) {
	lost = make([]bool, len(sent))
	for i, b := range sent {
		if i > 0 && rng.Float64() < loss {
			lost[i] = true
			continue
		}
		heard = append(heard, b)
		if rng.Float64() < 0.02 {
			heard = append(heard, b)
		}
		if n := len(heard); n > 4 && rng.Float64() < 0.05 {
			k := 1 + rng.IntN(3)
			heard[n-1], heard[n-1-k] = heard[n-1-k], heard[n-1]
		}
	}
	return heard, lost
}

// Every packet comes out at most once, in order and unchanged; one that is
// missing from a span whose parity came is repaired.
// Of what is far behind the newest packet nothing is waited for: the last that may
// come yet are as many as may overtake.
func TestDecoderGivesUpWhatIsFarBehind(t *testing.T) {
	d := NewDecoder(DecoderOptions{Formats: []FormatID{5}, Span: 4})
	var got []Received
	for _, id := range []uint32{0, 100, 91, 90} {
		p := Packet{ID: id, Stream: 5, ASF: []byte{0x82, 0, 0, 0, 0}}
		if heard, err := d.Add(p.Append(nil), func(r Received) { got = append(got, r) }); err != nil || heard != HeardPacket {
			t.Fatalf("packet %d: %v, %v", id, heard, err)
		}
	}
	if s := d.Stats(); s.Lost != 100-(4+reorder) || s.Late != 1 {
		t.Errorf("%+v", s)
	}
	if len(got) != 2 || got[1].ID != 91 || got[1].Lost != 90 {
		t.Errorf("%+v", got)
	}
}

func TestDecoderOverLossyNetwork(t *testing.T) {
	f := readFilm(t)
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 7))
		e := NewEncoder(EncoderOptions{Span: 1 + int(seed%MaxSpan), ID: uint32(rng.IntN(1000)) - 500, Cycle: byte(seed)})
		e.Begin(9)
		first := e.Next()
		sent := f.datagrams(t, e)
		heard, lost := lossy(rng, sent, float64(seed%5)/40)
		d := NewDecoder(DecoderOptions{Formats: []FormatID{9}, Span: e.Span()})
		got := decode(d, heard)
		next, missing := first, uint32(0)
		for _, r := range got {
			if r.ID-next != r.Lost || r.ID-first >= uint32(len(f.packets)) {
				t.Fatalf("seed %d: packet %d after %d, %d lost", seed, r.ID, next, r.Lost)
			}
			if pkt := f.packets[r.ID-first]; !bytes.Equal(bare(t, r.Data), bare(t, pkt)) || len(r.Data) > len(pkt) {
				t.Fatalf("seed %d: packet %d differs, repaired %t", seed, r.ID, r.Repaired)
			}
			next, missing = r.ID+1, missing+r.Lost
		}
		missing += uint32(len(f.packets)) - (next - first)
		st := d.Stats()
		if want := beyondRepair(e.Span(), sent, lost); missing != want || st.BadParity > 0 || st.Stray > 0 {
			t.Errorf("seed %d: %d packets missing, want %d; %+v", seed, missing, want, st)
		}
		if int(st.Packets) != len(got) || uint32(st.Lost) > missing {
			t.Errorf("seed %d: %d packets, %+v", seed, len(got), st)
		}
	}
}

// beyondRepair counts the packets that were lost without the parity to repair
// them.
func beyondRepair(span int, sent [][]byte, lost []bool) (count uint32) {
	for at := 0; at < len(sent); at += span + 1 {
		end := min(at+span+1, len(sent))
		gone := uint32(0)
		for i := at; i < end-1; i++ {
			if lost[i] {
				gone++
			}
		}
		if gone > 1 || lost[end-1] {
			count += gone
		}
	}
	return count
}

// hearing is a decoder with what it gave out.
type hearing struct {
	d   *Decoder
	got []uint32
}

func (h *hearing) add(b []byte) Heard {
	heard, _ := h.d.Add(b, func(r Received) { h.got = append(h.got, r.ID) })
	return heard
}

// datagramsOf makes datagrams with the given IDs, without error correction.
func datagramsOf(t testing.TB, f *film, format FormatID, ids ...uint32) (all [][]byte) {
	t.Helper()
	for _, id := range ids {
		e := NewEncoder(EncoderOptions{Span: -1, ID: id})
		e.Begin(format)
		all = append(all, encode(t, e, f.packets[0]))
	}
	return all
}

func TestDecoderPlacesIDs(t *testing.T) {
	f := readFilm(t)
	run := func(from, to uint32) (ids []uint32) {
		for id := from; id != to; id++ {
			ids = append(ids, id)
		}
		return ids
	}
	for _, tt := range []struct {
		name        string
		ids, want   []uint32
		stray, lost uint64
	}{
		{"in order across the end of the numbers", []uint32{0xFFFFFFFE, 0xFFFFFFFF, 0, 1}, []uint32{0xFFFFFFFE, 0xFFFFFFFF, 0, 1}, 0, 0},
		{"turned round", []uint32{5, 7, 6, 8}, []uint32{5, 6, 7, 8}, 0, 0},
		{"twice and late", []uint32{5, 6, 6, 5, 7}, []uint32{5, 6, 7}, 0, 0},
		{"one that never comes", append([]uint32{1}, run(3, 30)...), append([]uint32{1}, run(3, 30)...), 0, 1},
		{"a long gap", []uint32{1, 2, 2000, 2001}, []uint32{1, 2, 2000, 2001}, 0, 1997},
		{"a stray packet far ahead", []uint32{1, 2, 90000, 3}, []uint32{1, 2, 3}, 1, 0},
		{"two stray packets that do not agree", []uint32{1, 2, 90000, 70000, 3}, []uint32{1, 2, 3}, 2, 0},
		{"a sender that begins again", []uint32{50000, 50001, 0, 1, 2, 3}, []uint32{50000, 50001, 1, 2, 3}, 1, 0},
		{"a sender that begins again soon", []uint32{500, 501, 0, 1, 2}, []uint32{500, 501, 1, 2}, 1, 0},
		{"one that pushes the IDs ahead", []uint32{1, 2, 2900, 3, 4, 5}, []uint32{1, 2, 2900, 4, 5}, 1, 2897},
		{"a sender that begins again while packets are held", []uint32{50000, 50002, 0, 1, 2}, []uint32{50000, 50002, 1, 2}, 1, 1},
	} {
		h := hearing{d: NewDecoder(DecoderOptions{Formats: []FormatID{1}})}
		for _, b := range datagramsOf(t, f, 1, tt.ids...) {
			h.add(b)
		}
		h.d.Flush(func(r Received) { h.got = append(h.got, r.ID) })
		if st := h.d.Stats(); !slices.Equal(h.got, tt.want) || st.Stray != tt.stray || st.Lost != tt.lost {
			t.Errorf("%s: %d, want %d; %+v", tt.name, h.got, tt.want, st)
		}
	}
}

// A packet that is missing is waited for as long as parity may come, and no
// longer.
func TestDecoderWaits(t *testing.T) {
	f := readFilm(t)
	h := hearing{d: NewDecoder(DecoderOptions{Formats: []FormatID{1}, Span: 10})}
	h.add(datagramsOf(t, f, 1, 0)[0])
	for id := uint32(2); len(h.got) == 1; id++ {
		h.add(datagramsOf(t, f, 1, id)[0])
		if held := id - 1; len(h.got) > 1 != (held == 10+reorder) {
			t.Fatalf("%d packets out with %d held", len(h.got), held)
		}
	}
}

// Packets of unknown formats, 3.2.5.2, are neither given out nor lost, and
// entries are told from each other by the highest bit alone.
func TestDecoderEntries(t *testing.T) {
	f := readFilm(t)
	e := NewEncoder(EncoderOptions{Span: 2})
	d := NewDecoder(DecoderOptions{Formats: []FormatID{3, 4}})
	var got []Received
	var heard []Heard
	add := func(b []byte) {
		h, err := d.Add(b, func(r Received) { got = append(got, r) })
		if err != nil {
			t.Error(err)
		}
		heard = append(heard, h)
	}
	for _, format := range []FormatID{3, 3, 7, 4} {
		e.Begin(format)
		for i := range 2 {
			add(encode(t, e, f.packets[i]))
		}
		add(e.AppendParity(nil))
	}
	add(AppendBeacon(nil))
	P, U := HeardPacket, HeardUnknown
	if want := []Heard{P, P, P, P, P, P, U, U, U, P, P, P, HeardBeacon}; !slices.Equal(heard, want) {
		t.Errorf("heard %d, want %d", heard, want)
	}
	for i, want := range []struct {
		stream StreamID
		entry  bool
		id     uint32
	}{{3, true, 0}, {3, false, 1}, {0x8003, true, 2}, {0x8003, false, 3}, {0x8004, true, 6}, {0x8004, false, 7}} {
		if r := got[i]; r.Stream != want.stream || r.Entry != want.entry || r.ID != want.id || r.Lost != 0 {
			t.Errorf("packet %d: %+v, want %+v", i, r, want)
		}
	}
	if st := d.Stats(); st != (DecoderStats{Packets: 6, Unknown: 3, Beacons: 1}) || len(got) != 6 {
		t.Errorf("%d packets, %+v", len(got), st)
	}
}

// What others send to the group neither begins nor moves anything.
func TestDecoderIgnoresOthers(t *testing.T) {
	f := readFilm(t)
	h := hearing{d: NewDecoder(DecoderOptions{Formats: []FormatID{1}})}
	for _, b := range [][]byte{nil, []byte("MSB"), []byte("MSB  "), []byte("hello, group"), make([]byte, 8), {0, 0, 0, 0, 1, 0, 8, 0}, datagramsOf(t, f, 2, 77)[0]} {
		if heard := h.add(b); heard == HeardPacket || heard == HeardBeacon {
			t.Errorf("%q is heard as %d", b, heard)
		}
	}
	for _, b := range datagramsOf(t, f, 1, 5, 6) {
		h.add(b)
	}
	for _, b := range datagramsOf(t, f, 2, 9, 2000, 1<<31) {
		h.add(b)
	}
	for _, b := range datagramsOf(t, f, 1, 7, 8) {
		h.add(b)
	}
	if st := h.d.Stats(); !slices.Equal(h.got, []uint32{5, 6, 7, 8}) || st.Lost != 0 || st.Unknown != 4 || st.Stray != 6 {
		t.Errorf("%d, %+v", h.got, st)
	}
	early := NewDecoder(DecoderOptions{Formats: []FormatID{1}})
	e := NewEncoder(EncoderOptions{Span: 1})
	e.Begin(1)
	encode(t, e, f.packets[0])
	if heard, err := early.Add(e.AppendParity(nil), nil); heard != HeardPacket || err != nil || early.started {
		t.Errorf("parity before all packets: %d, %v", heard, err)
	}
}

func TestDecoderAllocatesNothing(t *testing.T) {
	f := readFilm(t)
	e := NewEncoder(EncoderOptions{})
	e.Begin(1)
	sent := f.datagrams(t, e)
	d := NewDecoder(DecoderOptions{Formats: []FormatID{1}})
	bytesOut := 0
	give := func(r Received) { bytesOut += len(r.Data) }
	i := 0
	add := func() {
		if i%7 > 0 { // one in seven is lost
			_, _ = d.Add(sent[i], give)
		}
		i++
	}
	for range 150 {
		add()
	}
	if n := testing.AllocsPerRun(200, add); n != 0 || d.Stats().Repaired == 0 {
		t.Errorf("%v allocations, %+v", n, d.Stats())
	}
}

func BenchmarkDecoder(b *testing.B) {
	f := readFilm(b)
	for _, bench := range []struct {
		name string
		lose int // one of so many
	}{{"no loss", 1 << 30}, {"one of 23 lost", 23}} {
		b.Run(bench.name, func(b *testing.B) {
			e := NewEncoder(EncoderOptions{})
			e.Begin(1)
			sent := f.datagrams(b, e)
			d := NewDecoder(DecoderOptions{Formats: []FormatID{1}})
			bytesOut := 0
			give := func(r Received) { bytesOut += len(r.Data) }
			b.ReportAllocs()
			b.SetBytes(int64(f.size))
			for i := 0; b.Loop(); i++ {
				n := i % len(sent)
				if n == 0 {
					d.restart(0)
				}
				if n%bench.lose != 1 {
					_, _ = d.Add(sent[n], give)
				}
			}
		})
	}
}
