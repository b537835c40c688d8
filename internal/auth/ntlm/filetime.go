package ntlm

import "time"

// FileTime is FILETIME, [MS-DTYP] 2.3.3: units of 100 ns since 1601 in UTC.
type FileTime uint64

const (
	ticksPerSecond = 10_000_000
	unixSeconds    = 11_644_473_600 // from 1601 to 1970
)

// NewFileTime is 0 for what lies before 1601.
func NewFileTime(t time.Time) FileTime {
	s := t.Unix() + unixSeconds
	if s < 0 {
		return 0
	}
	return FileTime(s)*ticksPerSecond + FileTime(t.Nanosecond()/100)
}

// apart says that both are further from each other than d.
func (f FileTime) apart(g FileTime, d time.Duration) bool {
	return max(f, g)-min(f, g) > FileTime(d/100)
}
