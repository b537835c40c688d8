package main

import (
	"context"
	"fmt"
	"time"
)

// playHTTP gets the URL as any HTTP client does and counts the body.
func playHTTP(ctx context.Context, c *client) error {
	l, err := c.connect(ctx)
	if err != nil {
		return err
	}
	defer l.close()
	request := fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\nAccept: */*\r\nConnection: close\r\n\r\n",
		c.target.path, c.target.host, c.userAgent(loadAgent))
	if err := l.send(request); err != nil {
		return err
	}
	_, b, err := l.response("get", 200)
	if err != nil {
		return err
	}
	return l.stream(ctx, b, func(piece []byte, now time.Time) error { return c.media(len(piece), now) })
}
