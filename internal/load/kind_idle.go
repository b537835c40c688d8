package main

import (
	"context"
	"errors"
	"io"
)

// playIdle connects and says nothing until the server closes.
func playIdle(ctx context.Context, c *client) error {
	l, err := c.connect(ctx)
	if err != nil {
		return err
	}
	defer l.close()
	var b [1]byte
	for err == nil {
		_, err = l.conn.Read(b[:])
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
