package interop

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// lists writes a playlist of two clips in all formats, into a folder that every
// user may read; films are the clips' names there.
func lists(t *testing.T, names ...string) (dir string, films []string) {
	t.Helper()
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	dir = scratch(t)
	list := "#EXTM3U\n#PLAYLIST:R&B <live> \"ü\"\n"
	for i, name := range names {
		film := filepath.Join(dir, name)
		writeFile(t, film, readFile(t, clip(t, []string{plain, "wmav2_p1600.wma"}[i])))
		films = append(films, film)
		list += "#EXTINF:-1,<" + name + "> & more\n" + []string{film, name}[i] + "\n"
	}
	from := filepath.Join(dir, "from.m3u")
	writeFile(t, from, []byte(list))
	for _, ext := range []string{"asx", "wpl", "pls", "m3u8", "wsx"} {
		out, err := exec.Command(binary, "playlist", "convert", from, filepath.Join(dir, "list."+ext)).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", ext, err, out)
		}
	}
	return dir, films
}

// What is written as XML is XML.
func TestPlaylistsAreXML(t *testing.T) {
	dir, _ := lists(t, "a b&c.wmv", "ü.wma")
	for _, ext := range []string{"wsx", "wpl", "asx"} {
		play(t, "xmllint", "--nonet", "--noout", filepath.Join(dir, "list."+ext))
	}
}

// VLC opens both entries of every list for players, in their order.
func TestVLCOpensPlaylists(t *testing.T) {
	dir, films := lists(t, "a b&c.wmv", "2.wma")
	parallel(t, []string{"asx", "wpl", "pls", "m3u8"}, func(t *testing.T, ext string) {
		home := scratch(t)
		log := filepath.Join(home, "log")
		args := []string{
			"env", "HOME=" + home, "cvlc", "-I", "dummy", "--play-and-exit", "--no-video", "--aout=adummy", "--stop-time", "1",
			"--file-logging", "--logfile=" + log, "--verbose=2", filepath.Join(dir, "list."+ext),
		}
		if os.Getuid() == 0 {
			args = append([]string{"runuser", "-u", "nobody", "--"}, args...)
		}
		play(t, args[0], args[1:]...)
		var got []string
		for line := range strings.SplitSeq(string(readFile(t, log)), "\n") {
			if url, found := strings.CutSuffix(line, "' successfully opened"); found && strings.Contains(url, "`file:") {
				got = append(got, url[strings.LastIndexByte(url, '/')+1:])
			}
		}
		want := []string{"list." + ext, "a%20b&c.wmv", filepath.Base(films[1])}
		if !slices.Equal(got, want) {
			t.Errorf("VLC opened %q, want %q", got, want)
		}
	})
}

// MPlayer does the same; it has no .wpl, and takes the &amp; of an .asx for a
// part of the name, so that there is none here.
func TestMPlayerOpensPlaylists(t *testing.T) {
	dir, films := lists(t, "a b.wmv", "2.wma")
	parallel(t, []string{"asx", "pls", "m3u8"}, func(t *testing.T, ext string) {
		args := slices.Concat(mplayerQuiet, []string{
			"-identify", "-frames", "0", "-vo", "null", "-ao", "null", "-playlist", filepath.Join(dir, "list."+ext),
		})
		var got []string
		for line := range strings.SplitSeq(play(t, "mplayer", args...), "\n") {
			if name, found := strings.CutPrefix(line, "ID_FILENAME="); found {
				got = append(got, filepath.Base(name))
			}
		}
		if want := []string{filepath.Base(films[0]), filepath.Base(films[1])}; !slices.Equal(got, want) {
			t.Errorf("MPlayer opened %q, want %q", got, want)
		}
	})
}
