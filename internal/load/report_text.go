package main

import (
	"fmt"
	"io"
)

// print writes the report for people; docs/load.md says how to read it.
func (r *result) print(w io.Writer) {
	line := func(name, format string, args ...any) {
		fmt.Fprintf(w, "  %-14s %s\n", name, fmt.Sprintf(format, args...))
	}
	if r.Label != "" {
		fmt.Fprintf(w, "%s, ", r.Label)
	}
	fmt.Fprintf(w, "%s: %d clients, %d connected, %d errors\n", r.Kind, r.N, r.Connected, r.Errors)
	if r.FirstError != "" {
		line("first error", "%s", r.FirstError)
	}
	if r.N > 0 {
		r.printClients(line)
	}
	if r.StormConnects > 0 {
		line("storm", "%d connects, %d failed, first media p50 %.1f ms, p99 %.1f ms, longest %.1f ms",
			r.StormConnects, r.StormFailed, r.StormMs50, r.StormMs99, r.StormMsMax)
	}
	if r.measured {
		r.printServer(line)
	}
	line("this program", "%.2f s CPU; with the server %.3f ms/Mbit", r.LoadCPUs, r.PairMsPerMbit)
	line("machine", "busy %.0f%%, other load %.0f%%, interrupts %.2f s, TCP buffers %.1f MB",
		r.MachineBusy*100, r.OtherBusy*100, r.SoftirqS, r.TCPMemMB)
}

func (r *result) printClients(line func(name, format string, args ...any)) {
	if r.FirstMsMax == 0 {
		line("received", "nothing, connections ended %d", r.Ended)
		return
	}
	line("received", "%.1f Mbit in %.1f s, %.1f kbit/s a client (p1 %.1f, p99 %.1f)",
		r.MbitDelivered, r.WindowS, r.KbitPerClient, r.KbitP1, r.KbitP99)
	line("packets", "%d, gaps %d, lost %d, late %d, location jumps %d, bad frames %d, streams ended %d",
		r.Packets, r.Gaps, r.Lost, r.Late, r.LocJumps, r.Bad, r.Ended)
	line("first byte", "p50 %.1f ms, p99 %.1f ms", r.HeadMs50, r.HeadMs99)
	line("first media", "p50 %.1f ms, p99 %.1f ms, longest %.1f ms", r.FirstMs50, r.FirstMs99, r.FirstMsMax)
	line("longest pause", "p50 %.0f ms, p99 %.0f ms", r.SilenceMs50, r.SilenceMs99)
	if r.Stalled > 0 {
		line("stalled", "%d clients stop reading; rates and pauses are of the others", r.Stalled)
	}
}

func (r *result) printServer(line func(name, format string, args ...any)) {
	line("server CPU", "%.4f ms per client-second; %.3f ms/Mbit, %.2f us a packet",
		r.CPUmsPerCS, r.CPUmsPerMbit, r.CPUusPerPkt)
	line("", "%.2f s (user %.2f, system %.2f), %.0f context switches/s", r.SrvCPUs, r.SrvUserS, r.SrvSysS, r.CtxPerS)
	line("server memory", "%.1f KB per client; %.1f MB without clients, %.1f MB at most",
		r.RSSKBPerClient, r.SrvRSSIdleMB, r.SrvRSSPeakMB)
}
