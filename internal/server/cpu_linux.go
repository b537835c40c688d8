package server

import (
	"bytes"
	"os"
	"strconv"
)

// The columns of the first line of /proc/stat, proc(5), behind its name.
const (
	cpuIdle   = 3
	cpuIOWait = 4
	cpuGuest  = 8 // what follows is in the others already
)

// cpuTicks are the processors' since the machine began.
func cpuTicks() (busy, total uint64, ok bool) {
	b, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, 0, false
	}
	return parseTicks(b)
}

func parseTicks(b []byte) (busy, total uint64, ok bool) {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	columns := bytes.Fields(line)
	if len(columns) <= cpuIOWait+1 || string(columns[0]) != "cpu" {
		return 0, 0, false
	}
	for i, c := range columns[1:min(len(columns), cpuGuest+1)] {
		n, err := strconv.ParseUint(string(c), 10, 64)
		if err != nil {
			return 0, 0, false
		}
		total += n
		if i != cpuIdle && i != cpuIOWait {
			busy += n
		}
	}
	return busy, total, true
}
