package event

// ArchiveBegan says that a broadcast is being written into a file.
type ArchiveBegan struct {
	Point string
	File  string // its name in the archive's folder
}

// ArchiveEnded says that a file of an archive is complete, or why it is not: the
// broadcast goes on without it.
type ArchiveEnded struct {
	Point    string
	File     string // "" if there could be none
	Packets  int64
	Bytes    int64
	Lost     uint64 // packets that the disk was too slow for
	Repaired bool   // it was left behind unfinished
	Err      error
}

func (ArchiveBegan) isEvent() {}
func (ArchiveEnded) isEvent() {}
