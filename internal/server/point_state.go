package server

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"

	"caracal/web/api"
)

const maxStatePoints = 10_000

// statePoint is what was changed of a point; it comes before what the configuration says.
type statePoint struct {
	Definition json.RawMessage `json:"definition,omitempty"` // as in the configuration; nil: as the file says
	Removed    bool            `json:"removed,omitempty"`    // though the file has it
	Stopped    bool            `json:"stopped,omitempty"`
}

func (p statePoint) isNothing() bool { return p.Definition == nil && !p.Removed && !p.Stopped }

// point is what was changed of a point.
func (s *programState) point(name string) statePoint {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Points[name]
}

func (s *programState) changedPoints() map[string]statePoint {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.Points)
}

// putPoint keeps what was changed of a point.
func (s *programState) putPoint(name string, p statePoint) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	before, known := s.Points[name]
	switch {
	case p.isNothing():
		delete(s.Points, name)
	case !known && len(s.Points) >= maxStatePoints:
		return api.Errorf(http.StatusConflict, "too many points are changed already: write them into the configuration file")
	default:
		s.Points[name] = p
	}
	err := s.save()
	if err == nil {
		return nil
	}
	delete(s.Points, name)
	if known {
		s.Points[name] = before
	}
	if _, limit := errors.AsType[*api.Error](err); limit {
		return err
	}
	return api.Errorf(http.StatusInternalServerError, "nothing is changed, for it cannot be kept in the state file: %v", err)
}
