package wmsp

import (
	"errors"
	"unicode/utf16"

	"caracal/asf"
)

// The bounds of a redirection by script command, [MS-WMSP] 3.2.5.4.
const (
	maxRedirect     = 256 // UTF-16 units of the URL
	redirectPreroll = 479 // ms
)

var errRedirected = errors.New("redirected")

// sendElsewhere sends the player to another place with a 302 or a 305. The session
// and the connection are over then, [MS-WMSP] 3.2.5.4.
func (c *conn) sendElsewhere(r *Request, cl *client, status int, url string) bool {
	if cl != nil {
		cl.end(errRedirected)
	}
	resp := c.plainResponse(r, status)
	resp.Add("Location", url)
	resp.Add("Connection", "close")
	resp.AddInt("Content-Length", 0)
	b := resp.AppendTo(nil)
	c.Post(func() { c.tx.reply(b, true) })
	return false
}

// redirect sends the player to another server: by status code, or for players older
// than 7.0 by a script command in the header.
func (c *conn) redirect(r *Request, cl *client, url string) bool {
	if r.Agent.AtLeast(7, 0) {
		return c.sendElsewhere(r, cl, 302, url)
	}
	if cl != nil {
		cl.end(errRedirected)
	}
	if len(utf16.Encode([]rune(url))) > maxRedirect {
		return c.refuse(r, 500, "this content has moved to a URL that is too long for this player")
	}
	resp := c.plainResponse(r, 200)
	tokens := Pragma{NoCache: true, Present: TokenNoCache}
	resp.AddPragma(&tokens)
	resp.Add("Cache-Control", "no-cache")
	resp.Add("Content-Type", TypeHeader)
	return c.reply(r, resp, AppendHeader(nil, 0, redirectHeader(url)))
}

// redirectHeader makes an ASF header without media whose script command
// FILENAME has the player open url.
func redirectHeader(url string) []byte {
	h := &asf.Header{Reserved1: 1, Reserved2: 2}
	file := &asf.FileProperties{
		Preroll: redirectPreroll, Flags: asf.FileBroadcast,
		MinPacketSize: minPacket, MaxPacketSize: minPacket, MaxBitRate: 1,
	}
	copy(file.FileID[:], "caracal redirect")
	script := &asf.ScriptCommand{
		Reserved: asf.ReservedScriptCommand,
		Types:    []asf.Text{asf.NewBareText("FILENAME")},
		Commands: []asf.ScriptCommandEntry{{PresentationTime: redirectPreroll, Name: asf.NewBareText(url)}},
	}
	stream := &asf.StreamProperties{Type: asf.StreamTypeCommand, ErrorCorrectionType: asf.NoErrorCorrection, Flags: 1}
	h.Objects = []asf.Object{
		file, stream,
		asf.NewHeaderExtension(), script,
	}
	head := asf.DataHead{Size: asf.DataHeadSize, FileID: file.FileID, Reserved: 0x0101}
	return head.Append(h.Append(nil))
}

// minPacket is the packet size that a header without packets names.
const minPacket = 576
