package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"strings"
	"syscall"

	"caracal/mms"
)

// isMMS says that a URL means MMS and nothing else.
func isMMS(target string) bool {
	scheme, _, _ := strings.Cut(strings.ToLower(target), "://")
	return scheme == "mmst" || scheme == "mmsu"
}

// isPlainMMS says that a URL means MMS or HTTP, whichever there is, as players
// have it: mms://.
func isPlainMMS(target string) bool {
	u, err := url.Parse(target)
	return err == nil && strings.EqualFold(u.Scheme, "mms")
}

// probeEither asks over MMS, then over HTTP; the other way round at a port that
// the URL names, since servers of HTTP may wait for the rest of what MMS says.
func probeEither(target string) (*report, error) {
	if u, err := url.Parse(target); err == nil && u.Port() != "" {
		return probeLast(&mms.Client{}, target, probeURL)
	}
	return probeFirst(&mms.Client{}, target, probeURL)
}

func probeFirst(client *mms.Client, url string, other func(string) (*report, error)) (*report, error) {
	r, err := probeWith(client, url)
	var status *mms.StatusError
	var network net.Error
	if err == nil || errors.As(err, &status) || !errors.As(err, &network) {
		return r, err
	}
	return other(url)
}

// probeLast asks over MMS whoever closes the connection instead of answering
// what other asks. If that is no server of MMS either, the first error tells
// more.
func probeLast(client *mms.Client, url string, other func(string) (*report, error)) (*report, error) {
	r, err := other(url)
	if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, syscall.ECONNRESET) {
		return r, err
	}
	found, second := probeWith(client, url)
	var status *mms.StatusError
	if second == nil || errors.As(second, &status) {
		return found, second
	}
	return r, err
}

// probeMMS describes a stream of an MMS server and takes its first packets,
// over UDP for mmsu://.
func probeMMS(url string) (*report, error) { return probeWith(&mms.Client{}, url) }

func probeWith(client *mms.Client, url string) (*report, error) {
	ctx, cancel := context.WithTimeout(context.Background(), probeTimeout)
	defer cancel()
	d, err := client.Describe(ctx, url)
	if err != nil {
		return nil, mmsError(url, err)
	}
	r := reportContent(url, d.Header, d.HeaderBytes)
	r.Server = &serverReport{Server: "version " + d.Server, ContentType: asfType, Features: mmsFeatures(d), URL: d.URL}
	s, err := client.Play(ctx, url, mms.PlayOptions{After: d}) // which closes d if it fails
	if err != nil {
		return nil, mmsError(url, err)
	}
	defer s.Close()
	if r.Received, err = receive(ctx, s, r.PacketSize); err != nil {
		return nil, mmsError(url, err)
	}
	s.Teardown(ctx) // the server need not wait for us; whether it answers is no matter
	return r, nil
}

// asfType is the only thing that MMS carries, without saying so.
const asfType = "video/x-ms-asf"

// mmsFeatures says what ReportOpenFile allows, [MS-MMSP] 2.2.4.7.
func mmsFeatures(d *mms.Description) string {
	list := []string{"data over TCP"}
	if d.UDP {
		list[0] = "data over UDP"
	}
	for _, one := range []struct {
		flag mms.FileAttributes
		name string
	}{
		{mms.FileCanSeek, "seek"}, {mms.FileCanStride, "fast forward and rewind"}, {mms.FileBroadcast, "broadcast"},
		{mms.FileLive, "live"}, {mms.FilePlaylist, "playlist"},
	} {
		if d.Attributes&one.flag != 0 {
			list = append(list, one.name)
		}
	}
	return strings.Join(list, ", ")
}

// mmsError says what to do when there is no stream at a URL.
func mmsError(url string, err error) error {
	hint := ""
	var status *mms.StatusError
	switch {
	case errors.As(err, &status):
		hint = mmsHint(status)
	case errors.Is(err, mms.ErrFirewall):
		hint = "a firewall is in the way: ask with mmst://"
	case errors.Is(err, mms.ErrNotServer):
		hint = "something else listens there: try http:// or rtsp://"
	case errors.Is(err, mms.ErrInvalid):
		hint = "write mmst://host:port/name for TCP or mmsu:// for UDP"
	}
	return hinted(url, err, hint, "mmst:// and mmsu:// mean port 1755")
}

func mmsHint(status *mms.StatusError) string {
	switch {
	case status.Message == mms.MIDReportDisconnectedFunnel:
		return "the server sends nothing over UDP: ask with mmst://"
	case status.HR == mms.EFileNotFound:
		return statusHint(404, "mmst")
	case status.HR == mms.EAccessDenied && status.Message == mms.MIDReportOpenFile:
		return "the server may not read the file, or wants another user and password: mmst://user:password@host/name"
	case status.HR == mms.EAccessDenied:
		return statusHint(401, "mmst")
	}
	return ""
}
