package config

import (
	"strings"
	"time"
)

// Archive says where a broadcast is written while it goes on.
type Archive struct {
	Folder   string        `yaml:"folder"`    // relative to the configuration file; "" is no archive
	Size     Size          `yaml:"size"`      // at which the next file begins
	Time     time.Duration `yaml:"time"`      // of media, at which the next file begins
	Keep     int           `yaml:"keep"`      // files; 0 is all
	KeepSize Size          `yaml:"keep_size"` // of all files; 0 is no bound
	Copies   bool          `yaml:"copies"`    // points that encoders make of this one have one too

	// TimeShift is how far players of the broadcast may go back in it; 0 is not at
	// all.
	TimeShift time.Duration `yaml:"time_shift"`
}

func defaultArchive() Archive {
	return Archive{Size: 2 << 30, Time: 6 * time.Hour, TimeShift: 24 * time.Hour}
}

// The bounds of an archive.
const (
	minArchiveSize = 64 << 10
	maxArchiveSize = 1 << 40
	maxArchiveTime = 7 * 24 * time.Hour
	maxArchiveKeep = 1_000_000
	maxArchives    = 1 << 50 // bytes of all files
	maxTimeShift   = 7 * 24 * time.Hour
)

func (k *checker) archive(key string, b *Broadcast) {
	a := &b.Archive
	if a.Copies && (a.Folder == "" || b.Push.Copies == 0) {
		k.fail(key+".copies", "there are no copies to archive: it takes a folder here, and push.copies")
	}
	if a.Folder == "" {
		return
	}
	if strings.ContainsRune(a.Folder, 0) {
		k.fail(key+".folder", "%q is not the name of a folder", a.Folder)
	}
	if a.Size < minArchiveSize || a.Size > maxArchiveSize {
		k.fail(key+".size", "%v is not between %v and %v", a.Size, Size(minArchiveSize), Size(maxArchiveSize))
	}
	k.duration(key+".time", a.Time, time.Second, maxArchiveTime)
	k.duration(key+".time_shift", a.TimeShift, 0, maxTimeShift)
	k.number(key+".keep", a.Keep, 0, maxArchiveKeep)
	if a.KeepSize < 0 || a.KeepSize > maxArchives {
		k.fail(key+".keep_size", "%v is more than %v", a.KeepSize, Size(maxArchives))
	}
}
