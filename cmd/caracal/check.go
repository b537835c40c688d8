package main

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"caracal/asf"
	"caracal/internal/source"
)

type checkCommand struct {
	JSON      bool          `help:"Write JSON."`
	Time      time.Duration `default:"10s" help:"How long a stream is listened to."`
	Interface string        `placeholder:"NAME|IP" help:"Where a multicast comes in; the system's choice without."`
	Paths     []string      `arg:"" name:"file|folder|url" help:"Files, playlists, folders with either in them, streams such as http://host:port/name (mms, mmst, mmsu, rtsp, rtspt, rtspu, msbd), and .nsc files or their URLs."`
}

// checked is what was found in one file.
type checked struct {
	File     string        `json:"file"`
	Declares *report       `json:"declares,omitempty"` // of a stream: what its header says
	Heard    *heardReport  `json:"heard,omitempty"`    // and what came
	Issues   []issueReport `json:"issues"`
}

// Run checks all files; the exit code is 1 when players cannot play one.
func (c *checkCommand) Run(o *output) error {
	files, err := mediaFiles(c.Paths)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("there is no .wmv, .wma, .asf or .wm file in %v, and no playlist", c.Paths)
	}
	counts := map[string]int{}
	results := make([]checked, 0, len(files))
	for _, f := range files {
		r := c.check(f)
		for _, i := range r.Issues {
			counts[i.Severity]++
		}
		if c.JSON {
			results = append(results, r)
		} else {
			printChecked(o.out, r)
		}
	}
	if c.JSON {
		if err := writeJSON(o.out, results); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(o.out, "files: %d, errors: %d, warnings: %d\n", len(files), counts["error"], counts["warning"])
	}
	if counts["error"] > 0 {
		return errSilent
	}
	return nil
}

// check looks at a file, a playlist or a stream.
func (c *checkCommand) check(where string) checked {
	switch {
	case isStreamURL(where), source.IsStation(where):
		return c.checkStream(where)
	case isPlaylist(where):
		return checked{File: where, Issues: checkPlaylist(where)}
	}
	return checked{File: where, Issues: issueReports(checkFile(where))}
}

// checkFile reads a whole file; what cannot be read is an issue too.
func checkFile(name string) []asf.Issue {
	f, err := os.Open(name)
	if err != nil {
		return []asf.Issue{{Severity: asf.Error, Code: "unreadable", Text: err.Error()}}
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return []asf.Issue{{Severity: asf.Error, Code: "unreadable", Text: err.Error()}}
	}
	r, err := asf.NewReader(f, info.Size())
	if err != nil {
		return []asf.Issue{{Severity: asf.Error, Code: "not-playable", Text: notPlayable(err)}}
	}
	return r.Check()
}

func printChecked(w io.Writer, r checked) {
	if len(r.Issues) == 0 && r.Heard == nil {
		fmt.Fprintf(w, "%s: ok\n", r.File)
		return
	}
	fmt.Fprintf(w, "%s:\n", shown(r.File))
	if r.Declares != nil {
		printDeclared(w, r.Declares)
	}
	if r.Heard != nil {
		printHeardStream(w, r.Heard)
	}
	for _, i := range r.Issues {
		fmt.Fprintf(w, "  %s: %s (%s)\n", i.Severity, placeOf(i)+i.Text+adviceOf(i), i.Code)
	}
	if len(r.Issues) == 0 {
		fmt.Fprintln(w, "  ok")
	}
}

// printDeclared says what the header of a stream does.
func printDeclared(w io.Writer, r *report) {
	fmt.Fprintf(w, "  declared    %s, packets of %d bytes, preroll %d ms, %s\n", rate(r.BitRate), r.PacketSize, r.Preroll, flags(r))
	for _, s := range r.Streams {
		fmt.Fprintf(w, "  stream %-4d %s\n", s.Number, streamLine(s))
	}
}

// printHeardStream says what came.
func printHeardStream(w io.Writer, r *heardReport) {
	fmt.Fprintf(w, "  heard       %v: packets %d, lost %d, repaired %d, clean points %d\n", seconds(r.Seconds), r.Packets, r.Lost, r.Repaired, r.CleanPoints)
	if r.BitRate > 0 {
		fmt.Fprintf(w, "  bit rate    %s\n", compared(r.BitRate, r.Declared))
	}
	if r.Drift != nil {
		fmt.Fprintf(w, "  send times  %+d ms against the clock in %v\n", *r.Drift, seconds(r.DriftTime))
	}
	switch {
	case r.Changed:
		fmt.Fprintln(w, "  then        another header came")
	case r.Ended:
		fmt.Fprintln(w, "  then        it ended")
	}
}

func compared(bits uint64, declared uint32) string {
	text := fmt.Sprintf("%.1f kbit/s", float64(bits)/1000)
	if declared > 0 {
		text += fmt.Sprintf(", %.0f%% of what is declared", 100*float64(bits)/float64(declared))
	}
	return text
}

// mediaFiles lists files as they were named, and those in folders that are
// Windows Media content or playlists by their names.
func mediaFiles(paths []string) ([]string, error) {
	var files []string
	for _, p := range paths {
		if isStreamURL(p) || source.IsStation(p) {
			files = append(files, p)
			continue
		}
		info, err := os.Stat(p)
		if err != nil {
			return nil, statError(p, err)
		}
		if !info.IsDir() {
			files = append(files, p)
			continue
		}
		err = filepath.WalkDir(p, func(name string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() && (source.IsMedia(name) || isPlaylist(name)) {
				files = append(files, name)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
