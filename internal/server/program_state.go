package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"caracal/web/api"
)

// The bounds of the state file.
const (
	maxState       = 32 << 20 // bytes
	maxStateLists  = 1000
	maxStateLimits = 100
	stateVersion   = 1
)

// programState is what was changed of playlists while they played, and of points, in one
// file. The operator's files stay as they are.
type programState struct {
	file string // "": it is not kept
	log  *slog.Logger

	mu sync.Mutex
	stateFile
}

// stateList is a playlist that was changed, and what its file was like then: when that
// changes, the file is right.
type stateList struct {
	Size     int64     `json:"size"`
	Modified time.Time `json:"modified"`
	Text     string    `json:"text"`
}

// stateFile is what the file holds.
type stateFile struct {
	Version int                   `json:"version"`
	Lists   map[string]stateList  `json:"lists"` // by their files
	Points  map[string]statePoint `json:"points,omitempty"`
	Limits  map[string]string     `json:"limits,omitempty"` // by their keys, as the configuration has them
}

func newStateFile() stateFile {
	return stateFile{Version: stateVersion, Lists: map[string]stateList{}, Points: map[string]statePoint{}}
}

// openState reads the state; one that cannot be read is none.
func openState(file string, log *slog.Logger) *programState {
	s := &programState{file: file, log: log, stateFile: newStateFile()}
	if file == "" {
		return s
	}
	b, err := readBounded(file, maxState)
	if err == nil {
		s.stateFile, err = parseState(b)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		log.Warn("what was changed of playlists and points cannot be read: they are as their files say", "state", file, "error", err)
		s.stateFile = newStateFile()
	}
	return s
}

func readBounded(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(b)) > most {
		err = fmt.Errorf("it has more than %d bytes", most)
	}
	return b, err
}

func parseState(b []byte) (stateFile, error) {
	var f stateFile
	if err := json.Unmarshal(b, &f); err != nil {
		return f, err
	}
	if f.Version != stateVersion || len(f.Lists) > maxStateLists || len(f.Points) > maxStatePoints || len(f.Limits) > maxStateLimits {
		return f, fmt.Errorf("version %d with %d playlists and %d points is not known", f.Version, len(f.Lists), len(f.Points))
	}
	if f.Lists == nil {
		f.Lists = map[string]stateList{}
	}
	if f.Points == nil {
		f.Points = map[string]statePoint{}
	}
	return f, nil
}

// get returns what was changed of a playlist whose file is as it was then. When the
// file has changed since, that is forgotten.
func (s *programState) get(file string, info fs.FileInfo) (text string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.Lists[file]
	if !ok || l.Size == info.Size() && l.Modified.Equal(info.ModTime()) {
		return l.Text, ok
	}
	s.log.Warn("the playlist's file is newer than what was changed of it while it played: that is dropped", "file", file)
	delete(s.Lists, file)
	if err := s.save(); err != nil {
		s.log.Warn("the state cannot be written", "error", err)
	}
	return "", false
}

// put keeps what was changed of a playlist.
func (s *programState) put(file string, l stateList) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	before, known := s.Lists[file]
	if !known && len(s.Lists) >= maxStateLists {
		return api.Errorf(http.StatusConflict, "too many playlists are changed already: edit their files instead")
	}
	s.Lists[file] = l
	err := s.save()
	switch {
	case err != nil && known:
		s.Lists[file] = before
	case err != nil:
		delete(s.Lists, file)
	}
	if _, limit := errors.AsType[*api.Error](err); err != nil && !limit {
		return api.Errorf(http.StatusInternalServerError, "nothing is changed, for it cannot be kept in the state file: %v", err)
	}
	return err
}

// save writes the file anew. The mutex is held.
func (s *programState) save() error {
	if s.file == "" {
		return nil
	}
	b, err := json.MarshalIndent(s.stateFile, "", "  ")
	if err != nil {
		return err
	}
	if len(b) > maxState {
		return api.Errorf(http.StatusRequestEntityTooLarge, "what was changed has more than %d bytes: edit their files instead", maxState)
	}
	return writeWhole(s.file, b)
}

// writeWhole writes a file so that it is the old one or the new one, whatever happens.
func writeWhole(name string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
