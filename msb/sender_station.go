package msb

import (
	"slices"

	"caracal/internal/event"
	"caracal/internal/point"
)

// How many headers an .nsc file lists, and their bytes: those of encoders that
// were started anew again and again go, the oldest first.
const (
	maxListed      = 64
	maxListedBytes = 4 << 20
)

// Station is what the .nsc file says, but for its URLs and its name, which are
// for who serves it. ok is false before the first header is known, without which
// there is no file. Any goroutine may ask; the headers are not to be changed.
func (s *Sender) Station() (st Station, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st = s.station
	st.Formats = slices.Clone(st.Formats)
	return st, len(st.Formats) > 0
}

// list puts an entry's header into the .nsc file, before its first packet goes
// out, and tells of it if it was not there: who has the file of before has to
// load it again.
func (s *Sender) list(info *point.Info) (FormatID, error) {
	s.mu.Lock()
	before := len(s.station.Formats)
	id, err := s.station.AddFormat(info.HeaderBytes, description(info))
	added := len(s.station.Formats) > before
	s.station.Formats = trimFormats(s.station.Formats)
	listed := len(s.station.Formats)
	s.mu.Unlock()
	if added {
		s.opt.Bus.Publish(event.StationChanged{Target: s.opt.Target, Formats: listed, Reload: before > 0})
	}
	return id, err
}

// trimFormats lets go of the oldest headers that are too many; the newest stays.
func trimFormats(list []Format) []Format {
	keep, size := 0, 0
	for keep < len(list) && keep < maxListed {
		size += len(list[len(list)-1-keep].Header)
		if keep > 0 && size > maxListedBytes {
			break
		}
		keep++
	}
	return slices.Delete(list, 0, len(list)-keep)
}

// description is the title, as long as an .nsc file can have it.
func description(info *point.Info) string {
	text := info.Header.Title()
	if textSize(text) > MaxText {
		return ""
	}
	return text
}
