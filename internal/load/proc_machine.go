package main

import (
	"os"
	"strings"
)

// machineUsage is what all processors have done since the system began, in
// seconds of one processor.
type machineUsage struct {
	busy, total float64
	interrupts  float64 // some systems keep them out of all processes' times
}

// Columns of the first line of /proc/stat, after its name.
const (
	statIdle    = 3
	statWait    = 4
	statIRQ     = 5
	statSoftIRQ = 6
	statSteal   = 7 // those that follow are parts of others
)

func wholeMachine() machineUsage {
	b, _ := os.ReadFile("/proc/stat")
	line, _, _ := strings.Cut(string(b), "\n")
	return parseMachine(line)
}

func parseMachine(line string) machineUsage {
	var m machineUsage
	f := strings.Fields(strings.TrimPrefix(line, "cpu"))
	for i := range statSteal + 1 {
		s := number(f, i) / ticks
		m.total += s
		if i != statIdle && i != statWait {
			m.busy += s
		}
		if i == statIRQ || i == statSoftIRQ {
			m.interrupts += s
		}
	}
	return m
}

// tcpMemoryMB is what the system has in the buffers of all TCP connections.
func tcpMemoryMB() float64 {
	b, _ := os.ReadFile("/proc/net/sockstat")
	return parseTCPMemory(string(b), os.Getpagesize())
}

func parseTCPMemory(sockstat string, pageSize int) float64 {
	_, line, _ := strings.Cut(sockstat, "TCP: ")
	line, _, _ = strings.Cut(line, "\n")
	_, pages, _ := strings.Cut(line, "mem ")
	return number(strings.Fields(pages), 0) * float64(pageSize) / (1 << 20)
}
