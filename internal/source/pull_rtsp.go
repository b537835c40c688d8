package source

import (
	"context"

	"caracal/internal/pull"
	"caracal/rtsp"
)

// entering goes along with every change of entry: over RTSP a server may wait for who
// plays to choose what it wants of the next one, [MS-RTSP] 3.1.4.5.
type entering struct {
	*rtsp.Stream
	ctx context.Context
}

// Receive takes what comes next.
func (s entering) Receive() (pull.Event, error) {
	e, err := s.Next()
	if err == nil && e.Kind == pull.GotHeader {
		err = s.Enter(s.ctx, e, rtsp.PlayOptions{})
	}
	return e.Event, err
}
