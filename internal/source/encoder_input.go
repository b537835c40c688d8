package source

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
)

// ErrInput is what is wrong with what an Encoder is to read.
var ErrInput = errors.New("source: not an input")

// What inputs begin with that are neither URLs nor files.
const (
	inputTest   = "test"
	inputDevice = "device:"
)

// remote are the schemes of URLs that an Encoder reads from. What is fetched with
// them may refer to each other, but to no file of this machine.
var remote = []string{
	"http", "https", "rtsp", "rtsps", "rtmp", "rtmps", "rtmpt", "rtp", "srtp", "udp", "tcp", "tls", "srt", "mmsh", "mmst", "ftp",
}

// stored are the schemes of what comes as fast as it is read, and is slowed
// down to its own pace.
var stored = []string{"http", "https", "ftp", "mmsh", "mmst"}

// input is what an Encoder reads.
type input struct {
	shown  string   // for people: without passwords
	login  string   // user, password and @ of a URL, which are not to be shown
	masked string   // what is shown for them
	args   []string // FFmpeg's, up to and with -i

	picture, sound int // which of the -i has them
}

// parseInput reads what the configuration says. What it says is a value among
// FFmpeg's arguments and never begins one.
func parseInput(text string, p Profile) (input, error) {
	switch {
	case text == "" || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7F }):
		return input{}, fmt.Errorf("%w: it is empty, or has control characters", ErrInput)
	case text == inputTest, text == inputTest+":":
		return testInput(p)
	case strings.HasPrefix(text, inputDevice):
		return deviceInput(text[len(inputDevice):])
	case strings.Contains(text, "://"):
		return urlInput(text)
	}
	// As a URL of a file no name is taken for a scheme or a filter.
	name := filepath.ToSlash(text)
	return input{shown: text, args: []string{
		"-protocol_whitelist", "file,crypto,data,rtp,udp", "-stream_loop", "-1", "-re", "-i", "file:" + name,
	}}, nil
}

// testInput is a moving picture with a clock in it, and a tone that beeps each
// second.
func testInput(p Profile) (input, error) {
	if p.Audio.Codec == codecCopy {
		return input{}, fmt.Errorf("%w: the test picture cannot be copied: choose a profile that encodes", ErrInput)
	}
	graph := fmt.Sprintf("sine=frequency=440:beep_factor=4:sample_rate=%d", p.Audio.Rate)
	if v := p.Video; v.Codec != "" {
		graph = fmt.Sprintf("testsrc2=size=%dx%d:rate=%d[out0];%s[out1]", v.Width, v.Height, v.Rate, graph)
	}
	return input{shown: inputTest, args: []string{"-f", "lavfi", "-re", "-i", graph}}, nil
}

// deviceInput is a camera, a sound card, or both with a "+" between.
func deviceInput(text string) (input, error) {
	in := input{shown: inputDevice + text}
	for i, name := range strings.Split(text, "+") {
		switch {
		case name == "" || i > 1:
			return input{}, fmt.Errorf("%w: write device:/dev/video0, device:hw:0 or device:/dev/video0+hw:0", ErrInput)
		case strings.HasPrefix(name, "/dev/video"):
			in.picture = i
			in.args = append(in.args, "-f", "v4l2", "-thread_queue_size", "512", "-i", name)
		default:
			in.sound = i
			in.args = append(in.args, "-f", "alsa", "-thread_queue_size", "512", "-i", name)
		}
	}
	return in, nil
}

func urlInput(text string) (input, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return input{}, fmt.Errorf("%w: write a URL such as https://host/live.m3u8, a file, device:/dev/video0 or test", ErrInput)
	}
	u.Scheme = strings.ToLower(u.Scheme)
	if !slices.Contains(remote, u.Scheme) {
		return input{}, fmt.Errorf("%w: URLs of %q are not read, but those of %s", ErrInput, u.Scheme, strings.Join(remote, ", "))
	}
	in := input{shown: u.Redacted(), args: []string{"-protocol_whitelist", strings.Join(remote, ",") + ",httpproxy,crypto,data"}}
	if _, has := u.User.Password(); has {
		authority := text[len(u.Scheme)+len("://"):]
		if end := strings.IndexAny(authority, "/?#"); end >= 0 {
			authority = authority[:end]
		}
		in.login = authority[:strings.LastIndexByte(authority, '@')+1]
		in.masked = url.UserPassword(u.User.Username(), "xxxxx").String() + "@" // as Redacted has it
	}
	if slices.Contains(stored, u.Scheme) {
		in.args = append(in.args, "-re")
	}
	in.args = append(in.args, "-i", u.Scheme+text[len(u.Scheme):])
	return in, nil
}
