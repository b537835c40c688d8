package wmsp

import (
	"context"
	"errors"
	"io"

	"caracal/internal/remote"
)

// Stop asks the server to stop, [MS-WMSP] 3.1.4.6, and drops what is still on
// its way. In pipelined mode the connection is kept for another Play of the
// same Description; otherwise it is closed, which is the request.
func (s *Stream) Stop() error {
	if s.conn == nil || !s.d.session.pipelined {
		return s.Close()
	}
	r := clientRequest{kind: Stop, method: "POST", minor: 1}
	r.pragma = Pragma{Present: TokenStopStrm, StopStrm: true}
	if err := s.send(&r); err != nil {
		s.Close()
		return err
	}
	for len(s.conn.pending) > 0 {
		if _, err := io.Copy(io.Discard, s.conn.body); err != nil {
			s.Close()
			return contextError(s.ctx, err)
		}
		if err := s.nextResponse(); err != nil {
			s.Close()
			return contextError(s.ctx, err)
		}
	}
	s.release()
	s.d.session.drop()
	s.d.session.conn, s.conn = s.conn, nil
	return nil
}

// Teardown closes the stream and says that nothing more will be asked: with a Stop
// request on a connection of its own, which it closes. A Caracal forgets the
// session then, others do when it has been idle.
func (s *Stream) Teardown(ctx context.Context) error {
	err := s.Close()
	if session := s.d.session; session.hasClientID {
		r := clientRequest{kind: Stop, method: "POST", minor: 1, last: true}
		r.pragma = Pragma{Present: TokenStopStrm, StopStrm: true}
		_, refused := session.command(ctx, &r)
		err = errors.Join(err, refused)
	}
	return err
}

func (s *Stream) send(r *clientRequest) error {
	if s.conn == nil {
		return io.ErrClosedPipe
	}
	return contextError(s.ctx, s.d.session.send(s.conn, clientPending{again: r}))
}

// Select changes the streams that are sent, [MS-WMSP] 3.1.4.4; switches names
// only those that change, after an entry's change all of them. lag is by how
// many ms the client is behind. In pipelined mode the response comes in the
// stream, and Next reports its refusal; otherwise Select waits for it on a
// connection of its own.
func (s *Stream) Select(switches []Switch, lag uint32) error {
	session := s.d.session
	r := clientRequest{kind: SelectStream, method: "POST"}
	session.selectPragma(&r.pragma, switches)
	if lag != 0 {
		r.pragma.Present |= TokenClientLag
		r.pragma.ClientLag = lag
	}
	if session.pipelined {
		r.method, r.minor = "GET", 1
		r.pragma.Present |= TokenVersion11
		r.pragma.Version11 = true
		s.over = false
		return s.send(&r)
	}
	_, err := session.command(s.ctx, &r)
	return err
}

// PlayNextEntry says that the client is ready for the playlist entry whose
// header it has got, [MS-WMSP] 3.1.4.5, in pipelined mode only; otherwise
// Select says so. header is that of GotHeader; opt.Streams of nil selects all
// of its streams. opt.After is not looked at.
func (s *Stream) PlayNextEntry(header []byte, opt PlayOptions) error {
	if !s.d.session.pipelined {
		return ErrNotPipelined
	}
	entry, err := s.d.entry(header)
	if err != nil {
		return err
	}
	r := clientRequest{kind: PlayNextEntry, method: "GET", minor: 1}
	r.pragma = s.d.session.playPragma(entry, &opt)
	r.pragma.Present |= TokenPlayNextEntry
	r.pragma.PlayNextEntry = true
	s.over = false
	return s.send(&r)
}

// Log submits statistics in XML, [MS-WMSP] 2.2.2.4, on a connection of its own.
func (d *Description) Log(ctx context.Context, xml []byte) error {
	_, err := d.session.command(ctx, logRequest(d.session.minor(), xml))
	return err
}

// Log submits statistics in XML. In pipelined mode that is on the stream's
// connection, and the response comes in the stream.
func (s *Stream) Log(xml []byte) error {
	if s.conn == nil || !s.d.session.pipelined {
		return s.d.Log(s.ctx, xml)
	}
	return s.send(logRequest(1, xml))
}

func logRequest(minor int, xml []byte) *clientRequest {
	return &clientRequest{
		kind: Log, method: "POST", minor: minor,
		contentType: TypeLogStats + ";charset=UTF-8", body: xml,
	}
}

// LogLine submits statistics in the form of old players, [MS-WMSP] 2.2.1.4.10.
func (d *Description) LogLine(ctx context.Context, line string) error {
	r := clientRequest{kind: Log, method: "POST", minor: d.session.minor(), contentType: TypeText}
	r.pragma = Pragma{Present: TokenLogLine, LogLine: oneLine(line)}
	_, err := d.session.command(ctx, &r)
	return err
}

// SendEvent submits a remote event, [MS-WMSP] 2.2.2.9, on a connection of its
// own.
func (d *Description) SendEvent(ctx context.Context, e *remote.Event) error {
	_, err := d.session.command(ctx, eventRequest(d.session.minor(), e))
	return err
}

// KeepAlive keeps the session from ending while nothing is streamed, [MS-WMSP]
// 2.2.2.3.1, on a connection of its own. The server's Pragma timeout says how
// often.
func (d *Description) KeepAlive(ctx context.Context) error {
	r := clientRequest{kind: KeepAlive, method: "POST", minor: d.session.minor()}
	r.pragma = Pragma{Present: TokenKeepAliveInPause, KeepAliveInPause: true}
	_, err := d.session.command(ctx, &r)
	return err
}
