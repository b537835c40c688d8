package config

import "strings"

// LogAccess says what is written of players, and where ([MS-WMLOG]).
type LogAccess struct {
	Folder         string   `yaml:"folder"` // relative to the configuration file; "" writes none
	Format         string   `yaml:"format"`
	Encoding       string   `yaml:"encoding"` // of the W3C format
	Time           string   `yaml:"time"`
	Rotate         string   `yaml:"rotate"`
	Size           Size     `yaml:"size"`      // after which the next file begins; 0 is no limit
	Keep           int      `yaml:"keep"`      // files of a log; 0 is all
	KeepSize       Size     `yaml:"keep_size"` // of all files of a log; 0 is no limit
	Points         string   `yaml:"points"`
	Roles          []string `yaml:"roles"` // of the content that is logged; empty is all
	ShortAddresses bool     `yaml:"short_addresses"`
}

// Which log has the lines of a point.
const (
	LogServer = "server" // that of the server
	LogOwn    = "own"    // one of its own
	LogBoth   = "both"
)

// The formats of an access log, and what else it may be.
const (
	LogW3C         = "w3c"
	LogJSON        = "json"
	LogUTF8        = "utf-8"
	LogWindows1252 = "windows-1252"
	LogUTC         = "utc"
	LogLocal       = "local"
	LogHourly      = "hourly"
	LogDaily       = "daily"
	LogWeekly      = "weekly"
	LogMonthly     = "monthly"
	LogBySize      = "size"
)

// The bounds of an access log.
const (
	minLogSize = 64 << 10
	maxLogSize = 1 << 40
	maxLogKeep = 100_000
	maxRoles   = 64
	maxRole    = 256 // bytes
)

func defaultLogAccess() LogAccess {
	return LogAccess{
		Format: LogW3C, Encoding: LogUTF8, Time: LogUTC, Rotate: LogDaily, Size: 100 << 20, Keep: 90, KeepSize: 2 << 30, Points: LogServer, Roles: []string{},
	}
}

func (k *checker) logAccess(l *LogAccess) {
	if strings.ContainsRune(l.Folder, 0) {
		k.fail("log.access.folder", "%q is not the name of a folder", l.Folder)
	}
	k.oneOf("log.access.format", l.Format, LogW3C, LogJSON)
	k.oneOf("log.access.encoding", l.Encoding, LogUTF8, LogWindows1252)
	k.oneOf("log.access.time", l.Time, LogUTC, LogLocal)
	k.oneOf("log.access.rotate", l.Rotate, LogHourly, LogDaily, LogWeekly, LogMonthly, LogBySize)
	k.oneOf("log.access.points", l.Points, LogServer, LogOwn, LogBoth)
	if l.Size != 0 && (l.Size < minLogSize || l.Size > maxLogSize) {
		k.fail("log.access.size", "%v is neither 0 nor between %v and %v", l.Size, Size(minLogSize), Size(maxLogSize))
	}
	if l.Rotate == LogBySize && l.Size == 0 {
		k.fail("log.access.size", "rotate: %s wants a size", LogBySize)
	}
	k.number("log.access.keep", l.Keep, 0, maxLogKeep)
	if l.KeepSize != 0 && l.KeepSize < max(l.Size, minLogSize) {
		k.fail("log.access.keep_size", "%v is less than one file: it is 0, or at least %v", l.KeepSize, max(l.Size, Size(minLogSize)))
	}
	if len(l.Roles) > maxRoles {
		k.fail("log.access.roles", "%d are more than %d", len(l.Roles), maxRoles)
	}
	for _, r := range l.Roles {
		if r == "" || len(r) > maxRole {
			k.fail("log.access.roles", "%q is no role", r)
		}
	}
}

// accessLog checks which log a point wants.
func (k *checker) accessLog(key, value string) {
	if value != "" {
		k.oneOf(key+".access_log", value, LogServer, LogOwn, LogBoth, Off)
	}
}
