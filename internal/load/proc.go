package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// ticks is the unit of /proc/*/stat, a hundredth of a second wherever Go runs.
const ticks = 100

// maxProcesses bounds a tree that grows while it is read.
const maxProcesses = 10_000

// processes is a process and its descendants. Where there is no /proc all
// numbers are 0.
type processes []string // directories below /proc

func processTree(pid int) processes {
	if pid <= 0 {
		return nil
	}
	p := processes{filepath.Join("/proc", strconv.Itoa(pid))}
	for i := 0; i < len(p) && len(p) < maxProcesses; i++ {
		for _, task := range list(p[i], "task") {
			for _, child := range fields(task, "children") {
				p = append(p, filepath.Join("/proc", child))
			}
		}
	}
	return p
}

func list(dir, name string) []string {
	entries, err := os.ReadDir(filepath.Join(dir, name))
	if err != nil {
		return nil // it has ended
	}
	paths := make([]string, len(entries))
	for i, e := range entries {
		paths[i] = filepath.Join(dir, name, e.Name())
	}
	return paths
}

func fields(dir, name string) []string {
	b, _ := os.ReadFile(filepath.Join(dir, name))
	return strings.Fields(string(b))
}

// number returns a field, 0 if it is not there.
func number(list []string, i int) float64 {
	if i >= len(list) {
		return 0
	}
	n, _ := strconv.ParseFloat(list[i], 64)
	return n
}

// memoryMB is the resident memory of all.
func (p processes) memoryMB() float64 {
	pages := 0.0
	for _, dir := range p {
		pages += number(fields(dir, "statm"), 1)
	}
	return pages * float64(os.Getpagesize()) / (1 << 20)
}

// usage is what processes have used since they began.
type usage struct {
	threads      map[string]threadUsage
	user, system float64 // s, in ticks; ended threads included
}

type threadUsage struct {
	ns       float64 // exact run time
	switches float64 // times that it got a processor
}

func (p processes) usage() usage {
	u := usage{threads: map[string]threadUsage{}}
	for _, dir := range p {
		b, _ := os.ReadFile(filepath.Join(dir, "stat"))
		// The command's name in parentheses may hold anything.
		f := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:]))
		u.user += number(f, 11) / ticks
		u.system += number(f, 12) / ticks
		for _, task := range list(dir, "task") {
			s := fields(task, "schedstat")
			u.threads[task] = threadUsage{number(s, 0), number(s, 2)}
		}
	}
	return u
}

func ownUsage() usage { return processTree(os.Getpid()).usage() }

// spent is the difference of two usages.
type spent struct {
	cpu, user, system float64 // s
	switches          int64
}

// The scheduler's exact times leave out threads that have ended; the ticks
// include them. So where the ticks have more than their own error, they count.
const (
	tickError  = 0.03 // s
	tickFactor = 1.05
)

func (u usage) since(before usage) spent {
	s := spent{user: u.user - before.user, system: u.system - before.system}
	for id, t := range u.threads {
		old := before.threads[id]
		s.cpu += (t.ns - old.ns) / 1e9
		s.switches += int64(t.switches - old.switches)
	}
	if coarse := s.user + s.system; coarse > s.cpu*tickFactor+tickError {
		s.cpu = coarse
	}
	return s
}
