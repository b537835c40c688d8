package server

import (
	"fmt"
	"log/slog"
	"maps"
	"os"
	"slices"
	"sync"

	"caracal/internal/config"
	"caracal/internal/event"
	"caracal/internal/source"
)

// makeArchiveFolder makes the folder that a broadcast is written into, for points that
// publish it.
func (s *Server) makeArchiveFolder(p *config.Point) error {
	folder := p.Broadcast.Archive.Folder
	if folder == "" || p.Broadcast.Source == "" {
		return nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return archiveError(folder, err)
	}
	return nil
}

// startArchive begins to write what is broadcast, if that is configured.
func (s *Server) startArchive(b *broadcast, name string, c *config.Archive) (err error) {
	if c.Folder == "" {
		return nil
	}
	b.archiving = *c
	b.archive, err = source.NewArchive(b.Broadcast, source.ArchiveOptions{
		Point: name, Folder: c.Folder, Size: int64(c.Size), Time: c.Time,
		Keep: c.Keep, KeepSize: int64(c.KeepSize), TimeShift: c.TimeShift, Bus: &s.bus, Cache: s.cache,
	})
	if err != nil {
		return archiveError(c.Folder, err)
	}
	return nil
}

// copyArchives are the archives of the points that encoders have made. Those of
// points that are gone may still have a file to finish.
type copyArchives struct {
	mu     sync.Mutex
	open   map[*broadcast]bool
	ending sync.WaitGroup
}

func (a *copyArchives) add(b *broadcast) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.open == nil {
		a.open = map[*broadcast]bool{}
	}
	a.open[b] = true
}

// end begins to end the archive of a point, if it has one.
func (a *copyArchives) end(b *broadcast, log *slog.Logger) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.open[b] {
		return
	}
	delete(a.open, b)
	a.ending.Go(func() {
		if err := b.Close(); err != nil {
			log.Warn("cannot end the archive of a point that an encoder made", "error", err)
		}
	})
}

// close ends all and waits for them.
func (a *copyArchives) close(log *slog.Logger) {
	a.mu.Lock()
	left := slices.Collect(maps.Keys(a.open))
	a.mu.Unlock()
	for _, b := range left {
		a.end(b, log)
	}
	a.ending.Wait()
}

// archiveError says what to do when a broadcast cannot be written.
func archiveError(folder string, err error) error {
	return fmt.Errorf("cannot archive a broadcast into %s: %w\nname another folder, or let the server's user write there", folder, err)
}

// reportArchive logs what happens to archives.
func reportArchive(log *slog.Logger, e event.Event) {
	switch e := e.(type) {
	case event.ArchiveBegan:
		log.Info("the broadcast is archived", "point", e.Point, "file", e.File)
	case event.ArchiveEnded:
		log := log.With("point", e.Point, "file", e.File, "packets", e.Packets, "bytes", e.Bytes)
		switch {
		case e.Err != nil && e.Repaired:
			log.Warn("an archive that was left unfinished cannot be repaired", "error", e.Err)
		case e.Err != nil:
			log.Error("the archive cannot be written: the broadcast goes on without it, another file is tried in a minute", "lost", e.Lost, "error", e.Err)
		case e.Repaired:
			log.Info("an archive that was left unfinished is repaired")
		case e.Lost > 0:
			log.Warn("archive complete but for packets that are missing: the disk was too slow, or they were damaged", "lost", e.Lost)
		default:
			log.Info("archive complete")
		}
	}
}
