package interop

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// announcements are the endings that players open.
var announcements = []string{".asx", ".wax", ".wvx", ".wmx", ".wpl", ".m3u", ".pls", ".asx?form=reference", ".asx?player=wmp6"}

// vlcOpened has VLC open a URL and gives all that it opened, in order.
func vlcOpened(t *testing.T, url string) (opened []string) {
	t.Helper()
	home := scratch(t)
	log := filepath.Join(home, "log")
	args := []string{
		"env", "HOME=" + home, "cvlc", "-I", "dummy", "--play-and-exit", "--no-video", "--aout=adummy", "--stop-time", "1",
		"--file-logging", "--logfile=" + log, "--verbose=2", url,
	}
	if os.Getuid() == 0 {
		args = append([]string{"runuser", "-u", "nobody", "--"}, args...)
	}
	play(t, args[0], args[1:]...)
	for line := range strings.SplitSeq(string(readFile(t, log)), "\n") {
		if url, found := strings.CutSuffix(line, "' successfully opened"); found {
			opened = append(opened, url[strings.LastIndexByte(url, '`')+1:])
		}
	}
	return opened
}

// VLC opens every announcement, and then the film, once.
func TestVLCOpensAnnouncements(t *testing.T) {
	s := serveClips(t)
	parallel(t, announcements, func(t *testing.T, ext string) {
		url, film := s.url("http", plain+ext), s.url("mmsh", plain)
		if strings.Contains(ext, "player=") { // of another: VLC takes all there is, one after the other
			film = s.url("http", plain)
		}
		got := vlcOpened(t, url)
		if len(got) < 2 || got[0] != url || got[len(got)-1] != film {
			t.Errorf("VLC opened %q, want %q", got, film)
		}
	})
}

// The announcement of a folder leads VLC to each of its films.
func TestVLCOpensAFolder(t *testing.T) {
	dir := scratch(t)
	for _, name := range []string{"a b.wmv", "c.wmv"} {
		writeFile(t, filepath.Join(dir, name), readFile(t, clip(t, plain)))
	}
	s := serve(t, fast, dir)
	parallel(t, []string{".asx", ".wpl", ".m3u", ".pls"}, func(t *testing.T, ext string) {
		want := []string{s.url("http", ext), s.url("mmsh", "a%20b.wmv"), s.url("mmsh", "c.wmv")}
		if got := vlcOpened(t, want[0]); !slices.Equal(got, want) {
			t.Errorf("VLC opened %q, want %q", got, want)
		}
	})
}

// MPlayer plays every byte by way of every announcement; it knows no .wpl, and is
// given something else under that name.
func TestMPlayerOpensAnnouncements(t *testing.T) {
	s := serveClips(t)
	parallel(t, announcements[:len(announcements)-1], func(t *testing.T, ext string) {
		sameBytes(t, mplayerDump(t, "-playlist", s.url("http", plain+ext)), readReference(t, plain).bytes())
	})
}

// FFmpeg reads no announcements, and is led to the film.
func TestFFmpegFollowsAnnouncements(t *testing.T) {
	s := serveClips(t)
	for _, ext := range []string{".asx", ".m3u"} {
		sameFrames(t, frames(t, "-i", s.url("http", plain+ext)), frames(t, "-i", clip(t, plain)))
	}
}

// What is live is announced as films are.
func TestAnnouncementsOfABroadcast(t *testing.T) {
	s := sourceServer(t, map[string]string{"live": "loop:" + clip(t, plain)})
	announced := s.url("http", "live.asx")
	t.Run("ffmpeg", func(t *testing.T) {
		t.Parallel()
		goOn(t, frames(t, "-t", "2", "-i", announced), map[string]int{"0": 25, "1": 20}, 200)
	})
	t.Run("mplayer", func(t *testing.T) {
		t.Parallel()
		if got := mplayerPictures(t, "-frames", "25", "-playlist", announced); len(got) < 20 {
			t.Errorf("%d pictures", len(got))
		}
	})
}

// A browser without scripts and styles shows what there is, and the page of a film.
func TestW3MShowsPages(t *testing.T) {
	s := serveClips(t)
	for name, parts := range map[string][]string{
		"":             {plain, "any 6.4-8 9, 10 11, 12 VLC"},
		plain + ".htm": {plain, "WMV2, 320 x 240", "0:00:10", "mmsh://" + s.address + "/" + plain, "Kodi"},
	} {
		text := play(t, "w3m", "-dump", "-cols", "200", s.url("http", name))
		for _, part := range parts {
			if !strings.Contains(text, part) {
				t.Errorf("%s: no %q in\n%s", name, part, text)
			}
		}
	}
}

// chaptered is a clip with markers.
func chaptered(t *testing.T) (dir, name string) {
	t.Helper()
	dir, name = scratch(t), "marked.wmv"
	meta := ";FFMETADATA1\n"
	for _, at := range [][2]string{{"0", "2100"}, {"2100", "5000"}, {"5000", "7770"}, {"7770", "9000"}} {
		meta += "[CHAPTER]\nTIMEBASE=1/1000\nSTART=" + at[0] + "\nEND=" + at[1] + "\ntitle=at " + at[0] + "\n"
	}
	writeFile(t, filepath.Join(dir, "meta"), []byte(meta))
	play(t, "ffmpeg", "-nostdin", "-v", "error", "-i", clip(t, plain), "-i", filepath.Join(dir, "meta"),
		"-map", "0", "-map_metadata", "1", "-map_chapters", "1", "-c", "copy", "-f", "asf", filepath.Join(dir, name))
	return dir, name
}

// keyTimes gives where the key frames of a file's picture are among its frames, and
// their times in seconds.
func keyTimes(t *testing.T, file string) map[int]float64 {
	t.Helper()
	keys := map[int]float64{}
	out := play(t, "ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "packet=pts_time,flags", "-of", "csv=p=0", file)
	for i, line := range strings.Split(strings.TrimSpace(out), "\n") {
		at, flags, _ := strings.Cut(line, ",")
		if strings.HasPrefix(flags, "K") {
			keys[i] = seconds(t, at)
		}
	}
	return keys
}

func seconds(t *testing.T, s string) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// The markers of a film arrive with its header, and a player that seeks to the time
// of one begins at the last key frame before it.
func TestFFmpegSeeksToMarkers(t *testing.T) {
	dir, name := chaptered(t)
	file := filepath.Join(dir, name)
	s := serve(t, fast, dir)
	var probed struct {
		Chapters []struct {
			Start string `json:"start_time"`
			Tags  struct{ Title string }
		}
	}
	out := play(t, "ffprobe", "-v", "error", "-show_chapters", "-of", "json", s.url("mmsh", name))
	if err := json.Unmarshal([]byte(out), &probed); err != nil {
		t.Fatal(err)
	}
	var titles []string
	for _, c := range probed.Chapters {
		titles = append(titles, c.Tags.Title)
	}
	if want := []string{"at 0", "at 2100", "at 5000", "at 7770"}; !slices.Equal(titles, want) {
		t.Fatalf("markers %q, want %q", titles, want)
	}
	r, err := parseReference(readFile(t, file))
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(scratch(t), name)
	r.packets = r.packets[:len(r.packets)-r.packetSize] // which mmsh.c drops after a seek
	writeFile(t, cut, r.bytes())
	whole, keys := hashes(frames(t, "-i", cut)["0"]), keyTimes(t, file)
	for _, c := range probed.Chapters[1:] {
		part := hashes(frames(t, "-ss", c.Start, "-i", s.url("mmsh", name))["0"])
		first, at := len(whole)-len(part), seconds(t, c.Start)
		begins, isKey := keys[first]
		if !isTail(part, whole) || !isKey || begins > at {
			t.Errorf("marker at %v: begins at frame %d, %v s, a key frame: %v", at, first, begins, isKey)
		}
		for _, k := range keys {
			if k > begins && k <= at {
				t.Errorf("marker at %v: begins at %v, and there is a key frame at %v", at, begins, k)
			}
		}
	}
}

// The pages are HTML 3.2 for a checker as well, whatever films are called.
func TestTidyReadsPages(t *testing.T) {
	dir, name := chaptered(t)
	writeFile(t, filepath.Join(dir, `R&B <live> "ü".wmv`), readFile(t, filepath.Join(dir, name)))
	s := serve(t, fast, dir)
	for _, page := range []string{".htm", name + ".htm", "R%26B%20%3Clive%3E%20%22%C3%BC%22.wmv.htm"} {
		file := filepath.Join(scratch(t), "page.htm")
		play(t, "curl", "-sf", "-o", file, s.url("http", page))
		said, _ := exec.Command("tidy", "-errors", "-utf8", file).CombinedOutput() // which warns of what HTML 3.2 has not
		for line := range strings.SplitSeq(string(said), "\n") {
			if strings.Contains(line, "Warning:") && !strings.Contains(line, `lacks "summary"`) || strings.Contains(line, "Error:") {
				t.Errorf("%s: %s", page, line)
			}
		}
		if !strings.Contains(string(said), "looks like HTML 3.2") || !strings.Contains(string(said), "0 errors") {
			t.Errorf("%s: tidy says %s", page, said)
		}
	}
}
