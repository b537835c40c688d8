package server

import (
	"context"
	"crypto/sha256"
	"errors"
	"io/fs"
	"time"

	"caracal/internal/config"
)

// fileWatch looks at a file from time to time: at its text, as neither its entry in a folder
// nor its times tell of all changes in containers and on networks, and by its name anew
// each time, as editors put another file in its place.
type fileWatch struct {
	file string
	seen fileHash // what was read last, and counts
	next fileHash // what there was at the latest look
	gone bool
}

// fileHash tells texts apart.
type fileHash [sha256.Size]byte

func hashOf(file string) (fileHash, error) {
	if file == "" {
		return fileHash{}, fs.ErrNotExist
	}
	text, err := config.ReadFile(file)
	return sha256.Sum256(text), err
}

// newWatch takes what there is now for known.
func newWatch(file string) *fileWatch {
	w := &fileWatch{file: file}
	if h, err := hashOf(file); err == nil {
		w.seen, w.next = h, h
	}
	return w
}

// changed says whether there is another text than before that has been the same at two
// looks: somebody may still be writing.
func (w *fileWatch) changed() (bool, error) {
	now, err := hashOf(w.file)
	if err != nil {
		return false, err
	}
	steady := now == w.next
	if w.next = now; !steady || now == w.seen {
		return false, nil
	}
	w.seen = now
	return true, nil
}

// watch reads the configuration anew whenever its file has changed, until ctx is done.
func (s *Server) watch(ctx context.Context, w *fileWatch) {
	for {
		c := s.config().Reload
		select {
		case <-ctx.Done():
			return
		case <-time.After(c.Every):
		}
		if latest := s.reloads.latest.Load(); latest != nil {
			w.seen = *latest // somebody else has had it read
		}
		if !c.Watch {
			continue
		}
		is, err := w.changed()
		s.logWatch(w, err)
		if is {
			s.log.Info("the configuration's file has changed", "file", w.file)
			s.Reload(ctx) // which tells the log what becomes of it
		}
	}
}

// logWatch tells once that the file cannot be read.
func (s *Server) logWatch(w *fileWatch, err error) {
	gone := err != nil
	if gone && !w.gone && !errors.Is(err, fs.ErrNotExist) {
		s.log.Warn("the configuration's file cannot be read", "error", err)
	}
	w.gone = gone
}
