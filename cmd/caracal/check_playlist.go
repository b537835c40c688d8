package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"caracal/internal/playlist/markup"
	"caracal/internal/playlist/metafile"
)

// isPlaylist says whether a file is a playlist by its name.
func isPlaylist(name string) bool {
	return filepath.Ext(name) != "" && metafile.ByName(filepath.Base(name)) != metafile.Unknown
}

// checkPlaylist reads a playlist; what cannot be read is an issue too.
func checkPlaylist(name string) []issueReport {
	b, err := readSome(name, markup.MaxBytes)
	if err != nil {
		return []issueReport{{Severity: "error", Code: "unreadable", Text: err.Error()}}
	}
	faults, err := metafile.Check(name, b)
	var limit *markup.Error
	switch {
	case errors.As(err, &limit):
		return []issueReport{{Severity: "error", Code: "too-much", Text: limit.What, Line: limit.Pos.Line, Column: limit.Pos.Column}}
	case err != nil:
		return []issueReport{{Severity: "error", Code: "unreadable", Text: err.Error()}}
	}
	reports := make([]issueReport, len(faults))
	for i, f := range faults {
		reports[i] = playlistReport(f)
	}
	return reports
}

func playlistReport(f markup.Fault) issueReport {
	severity := "error"
	if f.Warning {
		severity = "warning"
	}
	return issueReport{
		Severity: severity, Code: f.Code, Text: f.Reason, Line: f.Pos.Line, Column: f.Pos.Column, Instead: f.Instead,
	}
}

// placeOf is where in a playlist the issue is.
func placeOf(i issueReport) string {
	if i.Line == 0 {
		return ""
	}
	return fmt.Sprintf("line %d, column %d: ", i.Line, i.Column)
}

func adviceOf(i issueReport) string {
	if i.Instead == "" {
		return ""
	}
	return "; write " + i.Instead
}
