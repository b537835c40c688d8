package mms

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"

	"caracal/asf"
	"caracal/internal/pull"
)

// Description is what a server says about a URL, and the session that it
// opened for it.
type Description struct {
	URL        string // after redirects
	Server     string // ServerVersionInfo: "9.0"
	UDP        bool   // data packets come over UDP
	Attributes FileAttributes
	Duration   time.Duration // 0: not known, as of live content
	PacketSize int           // bytes, of the largest ASF packet
	Packets    uint64        // 0: not known
	BitRate    uint32        // bits/s, of all streams

	HeaderBytes []byte // Header Object and the first 50 bytes of the Data Object
	Header      *asf.Header

	// Measured is what packet pairs told; nil if they were not asked for or did
	// not come.
	Measured *Measurement

	session *clientSession
}

// Close closes the connection that waits for a Play.
func (d *Description) Close() error {
	d.session.close()
	return nil
}

// Describe asks what the URL has, [MS-MMSP] 3.1.4.1. It follows redirects. ctx
// bounds the whole of it. Errors are *StatusError, *ParseError, of asf, of the
// network, or those of this package.
func (c *Client) Describe(ctx context.Context, url string) (*Description, error) {
	u, err := parseClientURL(url)
	if err != nil {
		return nil, err
	}
	guid, proxy := cmp.Or(c.GUID, "{"+pull.NewGUID()+"}"), c.Proxy
	for range MaxRedirects + 1 {
		d, redirect, err := c.describe(ctx, u, guid, proxy)
		if err != nil || redirect == nil {
			return d, err
		}
		// Which transport was wanted stays, [MS-MMSP] 3.1.5.7.
		udp, tcp := u.udp, u.tcp
		switch redirect.RedirectType {
		case RedirectURL:
			if u, err = u.resolve(redirect.Location); err != nil {
				return nil, err
			}
		case RedirectProxy:
			if proxy, err = proxyAddress(redirect.Location); err != nil {
				return nil, err
			}
		default:
			return nil, ErrUnexpected
		}
		u.udp, u.tcp = udp, tcp
	}
	return nil, ErrRedirects
}

// proxyAddress takes the location of a redirect to a proxy: a URL, or a host
// with a port; none for "".
func proxyAddress(location string) (string, error) {
	if location == "" {
		return "", nil
	}
	if !strings.Contains(location, "://") {
		location = "mms://" + location
	}
	u, err := parseClientURL(location)
	return u.Address, err
}

// describe asks one server, which may send elsewhere.
func (c *Client) describe(ctx context.Context, u clientURL, guid, proxy string) (*Description, *ReportRedirect, error) {
	s, err := c.open(ctx, u, guid, proxy)
	if err != nil {
		return nil, nil, err
	}
	d := &Description{session: s}
	redirect, err := s.introduce(ctx, d, proxy != "")
	if err != nil || redirect != nil {
		s.close()
		return nil, redirect, err
	}
	return d, nil, nil
}

// introduce does all that comes before StartPlaying, [MS-MMSP] 4.3.
func (s *clientSession) introduce(ctx context.Context, d *Description, proxy bool) (*ReportRedirect, error) {
	if err := s.claim(ctx); err != nil {
		return nil, err
	}
	defer s.release()
	connected, err := s.connect(ctx, proxy)
	if err != nil {
		return nil, err
	}
	if err := s.funnelInfo(ctx, &connected); err != nil {
		return nil, err
	}
	if err := s.connectFunnel(ctx); err != nil {
		return nil, err
	}
	redirect, err := s.openFile(ctx)
	if err != nil || redirect != nil {
		return redirect, err
	}
	header, err := s.readBlock(ctx)
	if err != nil {
		return nil, err
	}
	d.Server = connected.ServerVersionInfo
	return nil, d.fill(header)
}

func (d *Description) fill(header []byte) error {
	s := d.session
	s.mu.Lock()
	defer s.mu.Unlock()
	f := &s.file
	d.URL, d.UDP = s.u.Text, s.udp
	d.Attributes, d.PacketSize, d.Packets, d.BitRate = f.FileAttributes, int(f.FilePacketSize), f.FilePacketCount, f.FileBitRate
	if f.FileDuration > 0 && f.FileDuration < maxDuration.Seconds() {
		d.Duration = time.Duration(f.FileDuration * float64(time.Second))
	}
	d.Measured = s.pair.measurement()
	var err error
	d.HeaderBytes = header
	d.Header, err = parseClientHeader(header)
	return err
}

// maxDuration is the longest that content is believed to last.
const maxDuration = 100 * 365 * 24 * time.Hour

// serverVersion is the Server-Version of [MS-MMSP] 3.1.1.
type serverVersion struct{ major int }

func parseServerVersion(s string) serverVersion {
	major, _, _ := strings.Cut(strings.TrimSpace(s), ".")
	n, err := strconv.Atoi(major)
	if err != nil {
		return serverVersion{}
	}
	return serverVersion{n}
}

// nine says that the server knows Fast Start, and tells by S_FALSE that more
// follows.
func (v serverVersion) nine() bool { return v.major >= 9 }
