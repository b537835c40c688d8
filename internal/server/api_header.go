package server

import (
	"context"

	"caracal/internal/inspect"
)

// Header is what the header of an item says: of a file or of what is broadcast now.
func (a apiPoints) Header(ctx context.Context, name, item string) (any, error) {
	whole, err := a.whole(name, item)
	if err != nil {
		return nil, err
	}
	_, entry, err := a.server.openLive(ctx, whole)
	if err != nil || entry == nil {
		return nil, notThere(whole, err)
	}
	defer entry.Close()
	info := entry.Info()
	r := inspect.Header(whole, info.Header)
	if r.Streams == nil {
		r.Streams = []inspect.Stream{}
	}
	return r, nil
}
