package event

import "time"

// ProxyBegan says that content is being fetched from an origin into the cache.
type ProxyBegan struct {
	Point string
	Name  string // below the point
}

// ProxyEnded says that content is in the cache now, or why it is not.
type ProxyEnded struct {
	Point   string
	Name    string
	Packets int64
	Bytes   int64
	Elapsed time.Duration
	Err     error
}

// ProxyChecked says that an origin was asked whether content is still the same.
type ProxyChecked struct {
	Point   string
	Name    string
	Changed bool // it is not, and what was cached is gone
}

// ProxyLogs says that logs for an origin have been lost: it does not take them, or
// not as fast as players send them.
type ProxyLogs struct {
	Point string
	Lost  uint64 // since the last such event
	Err   error  // of the origin; nil: there were too many
}

func (ProxyBegan) isEvent()   {}
func (ProxyEnded) isEvent()   {}
func (ProxyChecked) isEvent() {}
func (ProxyLogs) isEvent()    {}
