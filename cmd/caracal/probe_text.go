package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// printReport writes a report for people.
func printReport(w io.Writer, r *report) {
	fmt.Fprintln(w, shown(r.Name))
	if r.Server != nil {
		fmt.Fprintf(w, "  server      %s, content type %s\n", shown(r.Server.Server), shown(r.Server.ContentType))
		fmt.Fprintf(w, "  supports    %s\n", shown(r.Server.Features))
	}
	if r.Size > 0 {
		fmt.Fprintf(w, "  size        %d bytes\n", r.Size)
	}
	fmt.Fprintf(w, "  duration    %v, preroll %d ms\n", seconds(r.Duration), r.Preroll)
	fmt.Fprintf(w, "  packets     %d of %d bytes, %s\n", r.Packets, r.PacketSize, rate(r.BitRate))
	fmt.Fprintf(w, "  flags       %s\n", flags(r))
	if len(r.Indexes) > 0 {
		fmt.Fprintf(w, "  index       %s\n", strings.Join(r.Indexes, ", "))
	} else if r.Size > 0 {
		fmt.Fprintln(w, "  index       none")
	}
	for _, s := range r.Streams {
		fmt.Fprintf(w, "  stream %-4d %s\n", s.Number, streamLine(s))
	}
	for _, m := range r.Metadata {
		fmt.Fprintf(w, "  text        %s: %s\n", shown(m.Name), shown(m.Value))
	}
	for _, m := range r.Markers {
		fmt.Fprintf(w, "  marker      %v %s\n", seconds(m.Time), shown(m.Value))
	}
	for _, c := range r.Commands {
		fmt.Fprintf(w, "  command     %v %s %s\n", seconds(c.Time), shown(c.Type), shown(c.Value))
	}
	printObjects(w, r.Objects, 0)
	for _, i := range r.Issues {
		fmt.Fprintf(w, "  %-11s %s (%s)\n", i.Severity, i.Text, i.Code)
	}
	if x := r.Received; x != nil {
		fmt.Fprintf(w, "  received    %d packets, send times %d to %d ms\n", x.Packets, x.FirstSendTime, x.LastSendTime)
	}
}

func printObjects(w io.Writer, objects []objectReport, depth int) {
	for _, o := range objects {
		fmt.Fprintf(w, "  object      %s%-*s %10d\n", strings.Repeat("  ", depth), 40-2*depth, o.Name, o.Size)
		printObjects(w, o.Objects, depth+1)
	}
}

func flags(r *report) string {
	var list []string
	for _, f := range []struct {
		set  bool
		name string
	}{{r.Broadcast, "broadcast"}, {r.Seekable, "seekable"}, {r.Protected, "protected by DRM"}} {
		if f.set {
			list = append(list, f.name)
		}
	}
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}

func streamLine(s streamReport) string {
	parts := []string{s.Kind}
	if s.Format != "" {
		parts = append(parts, strings.TrimSpace(shown(s.Codec)+" ("+s.Format+")"))
	}
	if s.Width > 0 {
		parts = append(parts, fmt.Sprintf("%dx%d", s.Width, s.Height))
	}
	if s.SampleRate > 0 {
		parts = append(parts, fmt.Sprintf("%d Hz, channels %d", s.SampleRate, s.Channels))
	}
	parts = append(parts, rate(s.BitRate))
	if s.Language != "" {
		parts = append(parts, shown(s.Language))
	}
	if s.Encrypted {
		parts = append(parts, "encrypted")
	}
	return strings.Join(parts, ", ")
}

func rate(bits uint32) string {
	if bits == 0 {
		return "bit rate unknown"
	}
	return fmt.Sprintf("%.1f kbit/s", float64(bits)/1000)
}

func seconds(s float64) time.Duration {
	return time.Duration(s * float64(time.Second)).Round(time.Millisecond)
}

// shown makes a text from a file fit for a terminal.
func shown(s string) string {
	const most = 200
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7F && r < 0xA0 {
			return '.'
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "..."
	}
	return s
}
