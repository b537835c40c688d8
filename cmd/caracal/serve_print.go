package main

import (
	"fmt"
	"io"
	"net"
	"path"

	"caracal/internal/server"
)

// maxPrinted is how many items are printed when the server starts.
const maxPrinted = 50

// printServing tells a person what to paste into a player.
func printServing(w io.Writer, s *server.Server) {
	host := s.PublicHost()
	items := s.Items()
	page := s.LinksOf(host, "").HTTP
	waiting, standing := s.Waiting(), s.Standing()
	if len(items)+len(waiting)+len(standing) == 0 {
		fmt.Fprintln(w, "Nothing is published yet: put .wmv, .wma or .asf files into the folder, they appear by themselves.")
	} else {
		fmt.Fprintln(w, "Open mms:// in VLC, or Windows Media Player up to 10, http:// in later ones, MPlayer, mpv or ffplay; link to .asx from web pages:")
	}
	for _, it := range items[:min(len(items), maxPrinted)] {
		printLinks(w, s.LinksOf(host, it.Name))
	}
	if more := len(items) - maxPrinted; more > 0 {
		fmt.Fprintf(w, "  and %d more, all listed at %s\n", more, page)
	}
	if len(waiting) > 0 {
		fmt.Fprintln(w, "Broadcasts that play as soon as their source sends:")
	}
	for _, name := range waiting[:min(len(waiting), maxPrinted)] {
		printLinks(w, s.LinksOf(host, name))
	}
	for _, p := range standing[:min(len(standing), maxPrinted)] {
		fmt.Fprintf(w, "What %s has, by the names that it has there, such as:\n", p.Origin)
		printLinks(w, s.LinksOf(host, path.Join(p.Name, "film.wmv")))
	}
	printSecure(w, "https", s.HTTPSAddr())
	printSecure(w, "rtsps", s.RTSPSAddr())
	if a := s.AdminAddr(); a != nil {
		fmt.Fprintf(w, "Admin %s://%s/readyz  metrics %[1]s://%[2]s/metrics  (caracal ctl --server %[1]s://%[2]s)\n", s.AdminScheme(), a)
	}
	fmt.Fprintf(w, "Page %s  health %s.caracal/health  status %s.caracal/status\n", page, page, page)
}

func printSecure(w io.Writer, scheme string, a net.Addr) {
	if a != nil {
		fmt.Fprintf(w, "Over TLS %s://%s/\n", scheme, a)
	}
}

func printLinks(w io.Writer, l server.Links) {
	fmt.Fprintf(w, "  %s  %s  %s\n", l.MMS, l.HTTP, l.ASX)
	if l.RTSP != "" {
		fmt.Fprintf(w, "  %s\n", l.RTSP)
	}
}
