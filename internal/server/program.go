package server

import (
	"context"
	"fmt"
	"sync"

	"caracal/internal/config"
	"caracal/internal/event"
	"caracal/internal/point"
	"caracal/internal/source"
)

// stage is what plays in a broadcast besides its source. The zero value is nothing.
type stage struct {
	program  *source.Program // the point's source, or what is inserted in the place of that
	beside   bool            // the latter
	fallback *source.Fallback

	stop context.CancelFunc // nil before the start
	all  *sync.WaitGroup
}

// interlude makes what a configuration inserts, nil if that is nothing.
func interlude(in *config.Insert, l *programLists) (*source.Interlude, error) {
	if in.List == "" {
		return nil, nil
	}
	list, err := l.listOf(in.List)
	if err != nil {
		return nil, err
	}
	return &source.Interlude{Name: in.List, How: source.How(in.How), Every: in.Every, Way: list.Once}, nil
}

// newProgramFed makes the feeder of a broadcast that plays a list.
func newProgramFed(l *programLists, p *config.Point, f fed, way func() point.Way) (fed, error) {
	in, err := interlude(&p.Broadcast.Insert, l)
	f.feeder = source.NewProgram(source.ProgramOptions{Way: way, Insert: in, Circles: &l.server.circles})
	return f, err
}

// newStage makes what plays beside a broadcast's source, without starting it.
func newStage(p *config.Point, l *programLists) (stage, error) {
	b := &p.Broadcast
	var st stage
	if kind, _ := config.SplitSource(b.Source); kind != config.SourceLoop && kind != config.SourcePlaylist {
		in, err := interlude(&b.Insert, l)
		if err != nil {
			return st, stageError(p, "insert", b.Insert.List, err)
		}
		st.program, st.beside = source.NewProgram(source.ProgramOptions{Insert: in, Circles: &l.server.circles}), true
	}
	if b.Fallback == "" {
		return st, nil
	}
	list, err := l.listOf(b.Fallback)
	if err != nil {
		return st, stageError(p, "fall back to", b.Fallback, err)
	}
	st.fallback = &source.Fallback{
		Program: source.NewProgram(source.ProgramOptions{Way: list.Again, Again: true, Circles: &l.server.circles}),
		Source:  event.Source{Point: p.Name, From: b.Fallback}, After: b.FallbackAfter,
	}
	return st, nil
}

func stageError(p *config.Point, to, what string, err error) error {
	return fmt.Errorf("point %s: cannot %s %s: %w", p.Name, to, what, err)
}

// start begins to stand in for a broadcast's source, and to take orders.
func (st *stage) start(b *broadcast, bus *event.Bus) {
	if p, ok := b.fed.feeder.(*source.Program); ok {
		st.program = p
	}
	var ctx context.Context
	ctx, st.stop = context.WithCancel(context.Background())
	st.all = &sync.WaitGroup{}
	if st.beside {
		st.all.Go(func() { st.program.Run(ctx, b.Broadcast, func(string) {}) })
	}
	if f := st.fallback; f != nil {
		f.To, f.Bus = b.Broadcast, bus
		st.all.Go(func() { f.Run(ctx) })
	}
}

// close ends what start began.
func (st *stage) close() {
	if st.stop != nil {
		st.stop()
		st.all.Wait()
	}
}
