package wmsp

import (
	"cmp"
	"context"

	"caracal/internal/cachecontrol"
	"caracal/internal/pull"
	"caracal/internal/remote"
)

// nobody is the GUID of requests that belong to no player.
const nobody = "{00000000-0000-0000-0000-000000000000}"

// ContentInfo asks what a cache may do with the URL, [MS-WMSP] 3.1.4.1: with
// GetContentInfo if the Client is a cache and the server knows caches, otherwise
// with Describe. It follows redirects. Errors are those of Describe.
func (c *Client) ContentInfo(ctx context.Context, url string) (pull.ContentInfo, error) {
	var info pull.ContentInfo
	err := c.follow(url, func(s *clientSession) error {
		if c.Proxy == nil || s.old {
			d, err := s.describe(ctx)
			if err != nil {
				return err
			}
			info = d.Info
			return d.Close()
		}
		s.guid = cmp.Or(c.GUID, nobody)
		r := clientRequest{kind: GetContentInfo, method: "POST", minor: 1}
		r.contentType, r.body = TypeGetContentInfo, []byte{0} // one byte that says nothing
		resp, err := s.command(ctx, &r)
		if err != nil {
			return err
		}
		info = pull.ReadInfo(s.u.Text, resp.Header)
		info.Control = cachecontrol.ParseHTTP(resp.Header.Values("Cache-Control")...)
		return nil
	})
	return info, err
}

// SendEvent submits a remote event about a URL outside of any session, [MS-WMSP]
// 2.2.2.9: one that the server subscribes to. Errors are those of Describe.
func (c *Client) SendEvent(ctx context.Context, url string, e *remote.Event) error {
	u, err := clientURLs.Parse(url)
	if err != nil {
		return err
	}
	s := newClientSession(c, u)
	s.guid = cmp.Or(c.GUID, nobody)
	_, err = s.command(ctx, eventRequest(1, e))
	return err
}

func eventRequest(minor int, e *remote.Event) *clientRequest {
	return &clientRequest{kind: SendEvent, method: "POST", minor: minor, contentType: TypeSendEvent, body: e.Append(nil)}
}
