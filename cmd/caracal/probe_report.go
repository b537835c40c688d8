package main

import (
	"io"

	"caracal/asf"
	"caracal/internal/inspect"
)

// report is what probe tells of a file or a stream.
type report struct {
	*inspect.Report
	Server   *serverReport   `json:"server,omitempty"`
	Received *receivedReport `json:"received,omitempty"`
}

type (
	streamReport = inspect.Stream
	objectReport = inspect.Object
	issueReport  = inspect.Issue
)

func issueReports(issues []asf.Issue) []issueReport { return inspect.Issues(issues) }

// reportFile describes a file.
func reportFile(name string, src io.ReaderAt, rd *asf.Reader) *report {
	return &report{Report: inspect.File(name, src, rd)}
}

// reportHeader describes what a header says of a file or a stream.
func reportHeader(name string, h *asf.Header) *report {
	return &report{Report: inspect.Header(name, h)}
}
