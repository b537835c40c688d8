package config

import (
	"path/filepath"
	"strings"
)

// The sources of broadcasts. All but the first are followed by a colon and what
// they read.
const (
	SourcePush = "push" // an encoder pushes it
	SourceLoop = "loop" // a file or a folder, again and again

	SourcePlaylist = "playlist" // the items of a playlist
	SourcePull     = "pull"     // what another server streams at a URL
	SourceFFmpeg   = "ffmpeg"   // what FFmpeg makes of a URL, a file, a device or a test picture
)

// FFmpeg says where the program is.
type FFmpeg struct {
	Path string `yaml:"path"` // "" is found by the system
}

const maxSource = 4096 // bytes

// SplitSource splits a source into its kind and what follows: "loop:./films".
func SplitSource(source string) (kind, what string) {
	kind, what, _ = strings.Cut(source, ":")
	return kind, what
}

func (k *checker) source(key string, b *Broadcast) {
	kind, what := SplitSource(b.Source)
	known := true
	switch kind {
	case SourcePush:
		if b.Source != SourcePush {
			k.fail(key+".source", "nothing follows push: an encoder sends to the point's own URL")
		}
	case SourceLoop:
		if what == "" {
			k.fail(key+".source", "say which file or folder, such as loop:./films")
		}
	case SourcePlaylist:
		if what == "" {
			k.fail(key+".source", "say which playlist, such as playlist:./evening.wsx")
		}
	case SourcePull:
		if what == "" {
			k.fail(key+".source", "say from where, such as pull:http://other.example:8080/live, or with mmst://, rtspt://, rtspu:// or msbd://, "+
				"or of a multicast pull:http://other.example:8080/live.nsc")
		}
	case SourceFFmpeg:
		if what == "" {
			k.fail(key+".source", "say what FFmpeg reads, such as ffmpeg:https://host/live.m3u8, ffmpeg:./film.mp4, "+
				"ffmpeg:device:/dev/video0 or ffmpeg:test")
		}
	default:
		known = false
		k.fail(key+".source", "%q is no source: write push for what an encoder sends here, loop:PATH for a file or a folder "+
			"again and again, playlist:FILE.wsx for the items of a playlist, pull:URL for what another server streams, ffmpeg:INPUT for anything that FFmpeg reads", b.Source)
	}
	if len(b.Source) > maxSource || strings.ContainsFunc(b.Source, func(r rune) bool { return r < ' ' || r == 0x7F }) {
		k.fail(key+".source", "is too long, or has control characters")
	}
	if known && kind != SourceFFmpeg && b.Profile != "" {
		k.fail(key+".profile", "%s encodes nothing: profiles are for sources of ffmpeg:", kind)
	}
	if known && kind != SourcePush && (b.Key != "" || len(b.Publishers) > 0) {
		k.fail(key, "nobody sends to a point whose source is %s: publishers and key are for push", kind)
	}
}

// sourcePath returns the path that a source has, and what comes before it.
func sourcePath(source string) (before, path string, ok bool) {
	kind, what := SplitSource(source)
	switch {
	case kind == SourceLoop || kind == SourcePlaylist:
	case kind == SourcePull && !strings.Contains(what, "://") && strings.HasSuffix(strings.ToLower(what), ".nsc"):
	case kind == SourceFFmpeg && what != "test" && what != "test:" &&
		!strings.HasPrefix(what, "device:") && !strings.Contains(what, "://"):
	default:
		return "", "", false
	}
	return kind + ":", what, true
}

// placeSources makes the paths of sources absolute, and that of FFmpeg. They are
// relative to a folder.
func (c *Config) placeSources(dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	absolute := func(path string) string {
		if filepath.IsAbs(path) {
			return path
		}
		return filepath.Join(dir, path)
	}
	for i := range c.Points {
		b := &c.Points[i].Broadcast
		if before, path, ok := sourcePath(b.Source); ok {
			b.Source = before + absolute(path)
		}
	}
	c.placePrograms(absolute)
	if p := c.FFmpeg.Path; p != "" && filepath.Base(p) != p {
		c.FFmpeg.Path = absolute(p)
	}
	return nil
}
