package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math"

	"caracal/asf"
	"caracal/internal/head"
	"caracal/wmsp"
)

const (
	playerAgent    = "NSPlayer/12.0.7601.17514"
	playerFeatures = head.FeatureSrvPPair | head.FeatureSSwitch | head.FeaturePredStrm | head.FeatureStartupProfile
)

// player is one Windows Media player.
type player struct {
	*link
	guid     string
	clientID wmsp.Pragma // what the server gave us to send back
	streams  []wmsp.Switch
	pipeline bool // the server lets us test for pipelined mode
	keep     bool // the connection can take the next request
}

// playMMSH does what a player does: Describe, the test for pipelined mode if
// that is asked for, and Play with all streams, [MS-WMSP] 3.1.4.
func playMMSH(ctx context.Context, c *client) error {
	l, err := c.connect(ctx)
	if err != nil {
		return err
	}
	p := &player{link: l, guid: newGUID()}
	defer func() { p.close() }()
	if err := p.describe(); err != nil {
		return err
	}
	if c.pipelined {
		if err := p.testPipeline(); err != nil {
			return err
		}
	} else if !p.keep {
		p.close()
		if p.link, err = c.connect(ctx); err != nil {
			return err
		}
	}
	return p.play(ctx)
}

func newGUID() string {
	var b [16]byte
	rand.Read(b[:])
	return fmt.Sprintf("{%X-%X-%X-%X-%X}", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// request returns a GET with the tokens of pragma and those of every request.
func (p *player) request(pragma wmsp.Pragma) []byte {
	pragma.NoCache, pragma.ClientGUID = true, p.guid
	pragma.Present |= wmsp.TokenNoCache | wmsp.TokenClientGUID
	if p.clientID.Has(wmsp.TokenClientID) {
		pragma.ClientID = p.clientID.ClientID
		pragma.Present |= wmsp.TokenClientID
	}
	b := fmt.Appendf(nil, "GET %s HTTP/1.1\r\nAccept: */*\r\nUser-Agent: %s\r\nHost: %s\r\nSupported: %s\r\n",
		p.client.target.path, p.client.userAgent(playerAgent), p.client.target.host, playerFeatures)
	return append(pragma.Append(b), "\r\n"...)
}

// describe fetches the header and learns the streams from it, 3.1.5.6.
func (p *player) describe() error {
	var pragma wmsp.Pragma
	if p.client.pipelined {
		pragma.PipelineExperiment = true
		pragma.Present = wmsp.TokenPipelineExperiment
	}
	if err := p.send(p.request(pragma)); err != nil {
		return err
	}
	r, b, err := p.response("describe", 200)
	if err != nil {
		return err
	}
	f := frames{client: p.client}
	if err := p.whole(b, f.feed); err != nil {
		return fmt.Errorf("describe: %w", err)
	}
	h, _, err := asf.ParseHeader(f.header)
	if err != nil {
		return fmt.Errorf("describe: %w", err)
	}
	for _, s := range h.Streams() {
		p.streams = append(p.streams, wmsp.Switch{From: wmsp.NoStream, To: uint16(s.Number()), Level: wmsp.LevelWhole})
	}
	p.clientID = r.Pragma()
	p.pipeline = p.clientID.PipelineExperiment
	p.keep = b.done && r.KeepAlive()
	return nil
}

// testPipeline sends the two Pipeline requests back to back, 3.1.5.9.
func (p *player) testPipeline() error {
	if !p.pipeline || !p.keep {
		return errors.New("describe: the server takes no Pipeline request")
	}
	one := p.request(wmsp.Pragma{PipelineRequest: true, Present: wmsp.TokenPipelineRequest})
	if err := p.send(append(one, one...)); err != nil {
		return err
	}
	_, b, err := p.response("first Pipeline request", 200)
	if err != nil {
		return err
	}
	f := frames{client: p.client}
	if err := p.whole(b, f.feed); err != nil {
		return fmt.Errorf("first Pipeline request: %w", err)
	}
	r, _, err := p.response("second Pipeline request", 204)
	if err != nil {
		return err
	}
	if result := r.Pragma(); !result.PipelineResult {
		return errors.New("second Pipeline request: no pipelined mode")
	}
	return nil
}

// play asks for all streams from the beginning, or from now on of a
// broadcast, and follows them.
func (p *player) play(ctx context.Context) error {
	pragma := wmsp.Pragma{
		Rate: 1, StreamOffset: math.MaxUint64, PacketNum: math.MaxUint32, PlayStrm: true,
		SwitchCount: uint32(len(p.streams)), SwitchEntry: string(wmsp.AppendSwitches(nil, p.streams)),
		Version11: p.client.pipelined,
		Present: wmsp.TokenRate | wmsp.TokenStreamTime | wmsp.TokenStreamOffset | wmsp.TokenPacketNum |
			wmsp.TokenMaxDuration | wmsp.TokenPlayStrm | wmsp.TokenSwitchCount | wmsp.TokenSwitchEntry,
	}
	if p.client.pipelined {
		pragma.Present |= wmsp.TokenVersion11
	}
	if err := p.send(p.request(pragma)); err != nil {
		return err
	}
	_, b, err := p.response("play", 200)
	if err != nil {
		return err
	}
	f := frames{client: p.client, complete: true}
	return p.stream(ctx, b, f.feed)
}
