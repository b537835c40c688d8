package event

import "time"

// Source says which broadcast point an event is about, and where its content
// comes from, without passwords.
type Source struct {
	Point string
	From  string // "loop:films", "ffmpeg:test" ...
}

// SourceConnecting says that a source is being started.
type SourceConnecting struct {
	Source Source
	Try    int // 1 is the first one since it last worked
}

// SourceStreaming says that a source's packets have begun to come.
type SourceStreaming struct {
	Source Source
	After  time.Duration // since it was started
}

// SourceFailed says that a source has ended, and when it is tried again.
type SourceFailed struct {
	Source  Source
	Err     error
	Packets uint64 // that came this time
	Bytes   uint64
	Elapsed time.Duration
	Retry   time.Duration // until it is started again
}

// SourceStopped says that a source was ended because the point is.
type SourceStopped struct {
	Source  Source
	Packets uint64 // that came this time
	Bytes   uint64
	Elapsed time.Duration
}

// FallbackBegan says that a source brings nothing, and that other content is
// broadcast in its place. Source.From is that content.
type FallbackBegan struct{ Source Source }

// FallbackEnded says that this is over: the source is back, or it could not go on.
type FallbackEnded struct {
	Source  Source
	Elapsed time.Duration
	Err     error // why it could not go on; nil: it was no longer needed
}

func (FallbackBegan) isEvent()    {}
func (FallbackEnded) isEvent()    {}
func (SourceConnecting) isEvent() {}
func (SourceStreaming) isEvent()  {}
func (SourceFailed) isEvent()     {}
func (SourceStopped) isEvent()    {}
