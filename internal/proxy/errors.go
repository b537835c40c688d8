package proxy

import (
	"errors"
	"fmt"

	"caracal/internal/point"
)

// Why content cannot be had from the origin.
var (
	// ErrOrigin says that the origin does not answer, or not so that it could be
	// understood.
	ErrOrigin = fmt.Errorf("%w: the origin server does not answer", point.ErrBusy)
	// ErrChanged says that the content has changed while it was being fetched.
	ErrChanged = errors.New("proxy: the content has changed at the origin")

	errForwards = fmt.Errorf("%w: the request may go through no further server", point.ErrBusy)
	errSpans    = errors.New("proxy: the origin sends in too many pieces")
	errPacket   = errors.New("proxy: not a packet of this content")
	errPlaylist = errors.New("proxy: the content has several entries")
	errDisk     = errors.New("proxy: the cache cannot be written")
	errSilent   = errors.New("proxy: the origin sends nothing")
	errShort    = errors.New("proxy: the stream ends before the content does")
	errClosed   = errors.New("proxy: closed")
	errRuns     = errors.New("proxy: too many players are at different places")
)

// refused turns a status that the origin has answered with, which HTTP and RTSP
// have in common, into what it means to players here.
func refused(status int, err error) error {
	is := ErrOrigin
	switch status {
	case 404, 410:
		is = point.ErrNotFound
	case 401, 403, 407:
		is = point.ErrForbidden
	case 415:
		is = point.ErrNotMedia
	case 453, 503:
		is = point.ErrBusy
	}
	return fmt.Errorf("%w: %w", is, err)
}

// final says that asking again gives the same answer.
func final(err error) bool {
	for _, e := range [...]error{point.ErrNotFound, point.ErrForbidden, point.ErrNotMedia, ErrChanged, errPlaylist, errDisk, errSpans, errPacket} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
