package wmsp

import (
	"fmt"
	"time"

	"caracal/internal/cdl"
	"caracal/internal/head"
	"caracal/internal/point"
)

// plainResponse begins a response that has nothing of the protocol but the
// Server header; r may be nil.
func (c *conn) plainResponse(r *Request, status int) *Response {
	minor := 1
	if r != nil {
		minor = min(r.Minor, 1)
	}
	resp := NewResponse(minor, status)
	resp.Add("Server", c.srv.Persona().String())
	resp.AddDate(time.Now())
	return resp
}

// appendText finishes a response with a line of text as its body.
func appendText(resp *Response, text string) []byte {
	resp.Add("Content-Type", TypeText)
	resp.AddInt("Content-Length", int64(len(text)+1))
	return append(resp.AppendTo(nil), text+"\n"...)
}

// response begins a response to a player, [MS-WMSP] 3.2.5.2. p has the tokens
// that this kind of response adds; cl may be nil, e too.
func (c *conn) response(r *Request, cl *client, e point.Entry, minor, status int, p Pragma) *Response {
	resp := NewResponse(minor, status)
	resp.Add("Server", c.srv.Persona().String())
	resp.AddDate(time.Now())
	p.NoCache = true
	p.Present |= TokenNoCache
	if cl != nil {
		p.ClientID, p.Timeout = cl.session.ID(), uint32(c.srv.opt.SessionTimeout.Milliseconds())
		p.Present |= TokenClientID | TokenTimeout
	}
	if e != nil {
		p.Features = contentFeatures(e)
		p.Present |= TokenFeatures
	}
	resp.AddPragma(&p)
	if e == nil {
		resp.Add("Cache-Control", "no-cache")
	} else {
		resp.Add("Cache-Control", c.caching(r, e).HTTP())
	}
	if e != nil && !e.Info().Modified.IsZero() {
		resp.Add("Last-Modified", head.Date(e.Info().Modified))
	}
	if e != nil {
		resp.Add("Etag", `"`+e.Info().Tag+`"`)
	}
	c.addVia(resp, r)
	c.addAccess(resp)
	if r.Agent.AtLeast(9, 0) {
		resp.Add("Supported", ServerFeatures.String())
	}
	return resp
}

// contentFeatures says what a player can do with the content.
func contentFeatures(e point.Entry) ContentFeatures {
	f, info := listFeatures(e), e.Info()
	if info.Broadcast {
		f |= ContentBroadcast
	}
	if info.Seekable {
		f |= ContentSeekable
	}
	if info.Stridable {
		f |= ContentStridable
	}
	return f
}

// listFeatures says where a player may go from an entry of a list, [MS-WMSP]
// 2.2.1.4.8.
func listFeatures(e point.Entry) ContentFeatures {
	l, ok := e.(*point.Listed)
	if !ok {
		return 0
	}
	f, skips := ContentPlaylist, l.Item().Skips
	if skips.Forward {
		f |= ContentSkipForward
	}
	if skips.Backward {
		f |= ContentSkipBackward
	}
	if skips.Last {
		f |= ContentLast
	}
	return f
}

// sendsMetadata says whether $M goes before $H: never to players older than
// 9.0, which take it for an error, [MS-WMSP] 3.2.5.4.
func (c *conn) sendsMetadata(r *Request) bool {
	p := c.srv.Persona()
	return r.Agent.AtLeast(9, 0) && p.Token == TokenCougar && p.AtLeast(9, 0)
}

// firstGeneration is the playlist generation of the entry that a Play begins
// with.
const firstGeneration = 1

// appendHeaders appends $M, where it goes, and $H.
func (c *conn) appendHeaders(b []byte, r *Request, e point.Entry) []byte {
	return c.appendEntry(b, headerFor(r, e), e, c.sendsMetadata(r), max(point.Generation(e), firstGeneration))
}

func (c *conn) appendEntry(b, header []byte, e point.Entry, metadata bool, generation uint32) []byte {
	if metadata {
		m := metadataOf(e, c.srv.Persona())
		m.PlaylistGenID = generation
		b = AppendMetadata(b, 0, m.Append(nil))
	}
	return AppendHeader(b, 0, header)
}

// metadataOf describes an entry, [MS-WMSP] 2.2.3.6.
func metadataOf(e point.Entry, persona Persona) *Metadata {
	info, media := e.Info(), point.MediaOf(e)
	return &Metadata{
		PlaylistGenID: firstGeneration, Features: contentFeatures(e),
		Descriptions: cdl.Describe(cdl.Entry{
			Header: info.Header, Server: persona.Version, Preroll: info.Preroll, Duration: info.Duration, Told: point.Told(e),
			Role: media.Role, URL: media.Name,
		}),
	}
}

// sendable says whether the content's packets fit into a frame.
func sendable(e point.Entry) error {
	if size := e.Info().PacketSize; size > MaxPayload {
		return fmt.Errorf("%w: its packets of %d bytes do not fit into the protocol's frames of %d",
			point.ErrNotMedia, size, MaxPayload)
	}
	return nil
}

// headerFor is the header of what a player asks for.
func headerFor(r *Request, e point.Entry) []byte {
	if keepsHeader(r) {
		return point.OpenHeader(e)
	}
	return e.Info().HeaderBytes
}
