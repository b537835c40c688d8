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
	JSON  bool          `help:"Write JSON."`
	Time  time.Duration `default:"10s" help:"How long a stream is looked at."`
	Paths []string      `arg:"" name:"file|folder|url" help:"Files, playlists, folders with either in them, and streams: http://host:port/name."`
}

// checked is what was found in one file.
type checked struct {
	File   string        `json:"file"`
	Issues []issueReport `json:"issues"`
}

type issueReport struct {
	Severity string `json:"severity"`
	Code     string `json:"code"`
	Text     string `json:"text"`
	Line     int    `json:"line,omitempty"` // of a playlist, as is what follows
	Column   int    `json:"column,omitempty"`
	Instead  string `json:"instead,omitempty"` // what to write
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
		r := checked{File: f, Issues: c.look(f)}
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

// look checks a file, a playlist or a stream.
func (c *checkCommand) look(name string) []issueReport {
	switch {
	case isStreamURL(name):
		return issueReports(checkURL(name, c.Time))
	case isPlaylist(name):
		return checkPlaylist(name)
	}
	return issueReports(checkFile(name))
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

func issueReports(issues []asf.Issue) []issueReport {
	list := make([]issueReport, len(issues))
	for i, is := range issues {
		list[i] = issueReport{Severity: is.Severity.String(), Code: is.Code, Text: is.Text}
	}
	return list
}

func printChecked(w io.Writer, r checked) {
	if len(r.Issues) == 0 {
		fmt.Fprintf(w, "%s: ok\n", r.File)
		return
	}
	fmt.Fprintf(w, "%s:\n", r.File)
	for _, i := range r.Issues {
		fmt.Fprintf(w, "  %s: %s (%s)\n", i.Severity, i.place()+i.Text+i.advice(), i.Code)
	}
}

// mediaFiles lists files as they were named, and those in folders that are
// Windows Media content or playlists by their names.
func mediaFiles(paths []string) ([]string, error) {
	var files []string
	for _, p := range paths {
		if isStreamURL(p) {
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
