package rtsp

import (
	"context"

	"caracal/internal/cachecontrol"
	"caracal/internal/head"
	"caracal/internal/pull"
	"caracal/internal/remote"
)

// follow connects and asks, and again where redirects lead, [MS-RTSP] 3.1.5.4. A
// 305 names a proxy that is asked for the same URL. The session stays open when
// ask succeeds.
func (c *Client) follow(ctx context.Context, url string, ask func(*clientSession) (*Response, error)) error {
	u, err := clientURLs.Parse(url)
	if err != nil {
		return err
	}
	address, proxied := u.Address, false
	for range MaxRedirects + 1 {
		s, err := c.open(ctx, u, address)
		if err != nil {
			return err
		}
		resp, err := ask(s)
		if err == nil {
			return nil
		}
		s.close()
		location := ""
		if refused, ok := err.(*StatusError); ok && refused.Response.Status/100 == 3 {
			location = refused.Response.Header.Get("Location")
		}
		if location == "" || resp.Status == 305 && proxied { // a proxy that does not want it either
			return err
		}
		next, err := u.Resolve(location)
		if err != nil {
			return err
		}
		address = next.Address
		if proxied = resp.Status == 305; !proxied {
			u = next
		}
	}
	return ErrRedirects
}

// ContentInfo asks what a cache may do with the URL, [MS-RTSP] 2.2.7.4. It follows
// redirects and answers challenges.
func (c *Client) ContentInfo(ctx context.Context, url string) (pull.ContentInfo, error) {
	var info pull.ContentInfo
	err := c.follow(ctx, url, func(s *clientSession) (*Response, error) {
		resp, err := s.do(ctx, ClientRequest{Method: MethodGetParameter, Type: TypeGetContentInfo, Body: []byte{0}}, nil)
		if err == nil {
			s.close()
			info = pull.ReadInfo(s.u.Text, resp.Header)
			info.Control = cachecontrol.ParseRTSP(resp.Header.Values("Cache-Control")...)
		}
		return resp, err
	})
	return info, err
}

// SendEvent submits a remote event about a URL outside of any session, [MS-RTSP]
// 2.2.7.11: one that the server subscribes to.
func (c *Client) SendEvent(ctx context.Context, url string, e *remote.Event) error {
	u, err := clientURLs.Parse(url)
	if err != nil {
		return err
	}
	s, err := c.open(ctx, u, u.Address)
	if err != nil {
		return err
	}
	defer s.close()
	_, err = s.do(ctx, eventRequest(e), nil)
	return err
}

// SendEvent submits a remote event on the stream's connection.
func (s *Stream) SendEvent(ctx context.Context, e *remote.Event) error {
	_, err := s.Do(ctx, eventRequest(e))
	return err
}

func eventRequest(e *remote.Event) ClientRequest {
	return ClientRequest{Method: MethodSetParameter, Type: TypeSendEvent, Body: e.Append(nil)}
}

// proxyFields adds what a proxy says in every request, [MS-RTSP] 3.1.5.1. Servers check
// Digest with the method of X-Proxy-Client-Verb, 2.2.6.25, which is not that of a login
// of the proxy's own.
func proxyFields(f *head.Fields, p *pull.Proxy, product string, logsIn bool) {
	f.Add("Via", p.Hops("RTSP/1.0", product))
	f.Add("Max-Forwards", p.Forwards())
	if head.IsToken(p.ClientVerb) && !logsIn {
		f.Add("X-Proxy-Client-Verb", p.ClientVerb)
	}
	if p.ClientAgent != "" {
		f.Add("X-Proxy-Client-Agent", p.ClientAgent)
	}
}
