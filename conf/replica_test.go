package conf

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"
)

// replica is what a front-end knows that has only a Snapshot and the events behind it.
type replica struct {
	*Snapshot
	m *Member
}

// read applies what there is to read, n events at most.
func (r *replica) read(t *testing.T, n int) {
	for range n {
		e, ok, err := r.m.Poll()
		if err == ErrBehind {
			if r.Snapshot, err = r.m.Snapshot(); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if !ok {
			return
		}
		if e.Number <= r.Number {
			t.Fatalf("event %d after %d", e.Number, r.Number)
		}
		r.Number = e.Number
		r.apply(t, e.What)
	}
}

func (r *replica) apply(t *testing.T, what Change) {
	switch c := what.(type) {
	case Joined:
		r.Members = append(r.Members, c.Member)
	case Left:
		r.Members = slices.DeleteFunc(r.Members, func(i Info) bool { return i.ID == c.Member })
	case Said:
		r.Lines = append(r.Lines, c.Line)
	case Whispered:
		if c.Line.From != r.You && c.Line.To != r.You {
			t.Errorf("member %d hears %d whisper to %d", r.You, c.Line.From, c.Line.To)
		}
		r.Lines = append(r.Lines, c.Line)
	case FileOffered:
		r.Files = append(r.Files, c.File)
	case FileStored:
		r.Files[slices.IndexFunc(r.Files, func(f File) bool { return f.ID == c.File.ID })] = c.File
	case FileRemoved:
		r.Files = slices.DeleteFunc(r.Files, func(f File) bool { return f.ID == c.File })
	case FloorChanged:
		r.Floor = c.Floor
	case ConductorChanged:
		r.Conductor = c.Conductor
	case Locked:
		r.Facts.Locked = c.On
	default:
		r.applyBoard(t, what)
	}
}

func (r *replica) applyBoard(t *testing.T, what Change) {
	gone := func(f func(*Object) bool) { r.Objects = slices.DeleteFunc(r.Objects, f) }
	switch c := what.(type) {
	case Drawn:
		r.Objects = append(r.Objects, c.Object)
	case Changed:
		r.Objects[slices.IndexFunc(r.Objects, func(o *Object) bool { return o.ID == c.Object.ID })] = c.Object
	case Erased:
		gone(func(o *Object) bool { return o.ID == c.Object })
	case Cleared:
		gone(func(o *Object) bool { return o.Page == c.Page })
	case PageShown:
		r.Page = c.Page
	case Ejected, Invited:
	default:
		t.Errorf("%T is not known", what)
	}
}

// same compares what a member knows with what one that came just now would.
func (r *replica) same(t *testing.T) {
	t.Helper()
	r.read(t, 1<<30)
	want, err := r.m.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	got := *r.Snapshot
	if d := len(got.Lines) - len(want.Lines); d > 0 { // the conference keeps fewer
		got.Lines = got.Lines[d:]
	}
	got.Number, got.Facts = want.Number, Facts{Locked: got.Facts.Locked}
	want.Facts = Facts{Locked: want.Facts.Locked}
	if a, b := describe(&got), describe(want); a != b || !slices.EqualFunc(got.Objects, want.Objects, func(x, y *Object) bool { return reflect.DeepEqual(x, y) }) {
		t.Errorf("member %d knows\n%s\nand it is\n%s", r.You, a, b)
	}
}

func describe(s *Snapshot) string {
	ids := []uint64{}
	for _, o := range s.Objects {
		ids = append(ids, o.ID)
	}
	return fmt.Sprint(s.Facts, s.You, s.Members, s.Lines, s.Files, ids, s.Page, s.Floor.Holder, s.Floor.Asking, s.Conductor)
}

// act has a member do something at random, which may be refused.
func act(t *testing.T, r *rand.Rand, m *Member, others MemberID) {
	one := func() uint64 { return uint64(r.IntN(int(m.c.log.ringEnd(m.c)) + 1)) }
	switch r.IntN(16) {
	case 0, 1, 2:
		m.Say(fmt.Sprint("line ", r.IntN(1000)))
	case 3:
		m.Whisper(MemberID(r.IntN(int(others))+1), "psst")
	case 4, 5, 6:
		m.Draw(Object{Kind: Polyline, Page: uint32(r.IntN(3)), Points: make([]Point, 1+r.IntN(9))})
	case 7:
		m.Change(Object{ID: one(), Kind: Polyline, Page: uint32(r.IntN(3)), Points: make([]Point, 1+r.IntN(9))})
	case 8:
		m.Restack(one(), r.IntN(2) == 0)
	case 9:
		m.Erase(one())
	case 10:
		if r.IntN(10) == 0 {
			m.Clear(uint32(r.IntN(3)))
		}
		m.Draw(Object{Kind: Pointer, Points: []Point{{1, 1}}})
	case 11:
		m.ShowPage(uint32(r.IntN(3)))
	case 12:
		m.AskFloor()
	case 13:
		m.ReleaseFloor()
	case 14:
		if m.Conduct() == ErrConducted || r.IntN(2) == 0 {
			m.GiveConductor(0)
		}
	case 15:
		actFile(t, r, m)
	}
}

func actFile(t *testing.T, r *rand.Rand, m *Member) {
	if r.IntN(4) != 0 {
		return
	}
	u, err := m.OfferFile("f.txt", 4)
	if err != nil {
		return
	}
	u.Write([]byte("1234")[:3+r.IntN(2)])
	switch r.IntN(3) {
	case 0:
		u.Abort()
	case 1:
		return // goes with its member
	default:
		if f, err := u.Commit(t.Context()); err == nil && r.IntN(2) == 0 {
			m.RemoveFile(f.ID)
		}
	}
}

// ringEnd is the number of the last event.
func (l *log) ringEnd(c *Conference) uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return l.next - 1
}

var plenty = Rate{1 << 30, 1}

func modelLimits() Limits {
	return Limits{
		Events: 64, Lines: 50, Objects: 60, FileSize: 4, FileBytes: 40, LineRate: plenty, DrawRate: plenty, OrderRate: plenty,
		FileRate: plenty, ByteRate: plenty, JoinRate: plenty,
	}
}

// Whatever members do, those who were there early, came late or are slow know the same
// in the end.
func TestAllKnowTheSame(t *testing.T) {
	for seed := range uint64(6) {
		_, c, closeAll := openKept(t, t.TempDir(), Options{Limits: modelLimits()})
		r := rand.New(rand.NewPCG(seed, 1))
		var all []*replica
		for range 1500 {
			switch n := r.IntN(100); {
			case len(all) == 0 || n < 3 && len(all) < 12:
				m, s := join(t, c, account([]string{"Ada", "bob"}[r.IntN(2)]))
				all = append(all, &replica{s, m})
			case n == 3 && len(all) > 1:
				i := r.IntN(len(all))
				all[i].m.Leave("")
				all = slices.Delete(all, i, i+1)
			case n < 30:
				all[r.IntN(len(all))].read(t, r.IntN(100))
			default:
				act(t, r, all[r.IntN(len(all))].m, c.lastID)
			}
		}
		for _, one := range all {
			one.same(t)
		}
		closeAll()
	}
}

// The same at once.
func TestAllAtOnce(t *testing.T) {
	_, c, closeAll := openKept(t, t.TempDir(), Options{Limits: modelLimits()})
	defer closeAll()
	const members = 8
	all := make([]*replica, members)
	var wg sync.WaitGroup
	for i := range all {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(i), 2))
			m, s, err := c.Join(t.Context(), account("Ada"))
			if err != nil {
				t.Error(err)
				return
			}
			all[i] = &replica{s, m}
			for range 300 {
				act(t, r, m, members)
				all[i].read(t, r.IntN(20))
				if r.IntN(50) == 0 {
					short, _, err := c.Join(t.Context(), guest("short"))
					if err == nil {
						short.Leave("")
					}
				}
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	for _, one := range all {
		one.same(t)
	}
}
