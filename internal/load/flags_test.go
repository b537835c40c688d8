package main

import (
	"bytes"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"
)

func TestFlagsRefuse(t *testing.T) {
	const url = "-url http://127.0.0.1:1/x "
	tests := []struct{ args, want string }{
		{"", "-url"},
		{"-url x", "write it as"},
		{"-url http://192.0.2.1/x", "only loopback"},
		{"-url http://example.org/x", "only loopback"},
		{"-url http://127.0.0.1.example.org/x", "only loopback"},
		{url + "-kind gopher", "there are http, idle, mmsh, mmst, mmsu, rtsp, rtspu, stall, storm"},
		{url + "-n 0", "from 1 to"},
		{url + "-n 20001", "from 1 to"},
		{url + "-dur 60s", "at most 59s"},
		{url + "-dur 50s -ramp 5s -settle 5s", "at most 59s"},
		{url + "-dur 1ns -ramp 2562047h -settle 2562047h", "at most 59s"},
		{url + "-dur 0s", "positive"},
		{url + "-ramp -1s", "negative"},
		{url + "-stall half", "share"},
		{url + "-stall 101%", "share"},
		{url + "-storm -1", "connects a second"},
		{url + "-storm 5001", "connects a second"},
		{url + "-storm 5 -dur 1s", "above 1s"},
		{url + "-procs 0", "at least 1"},
		{url + "-pid 999999999", "no such process"},
		{url + "more", "no flag"},
		{"-memprobe", "needs -pid"},
	}
	for _, tt := range tests {
		_, err := parseFlags(strings.Fields(tt.args), io.Discard)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.args, err, tt.want)
		}
		var complaints bytes.Buffer
		if code := start(strings.Fields(tt.args), io.Discard, &complaints); code != exitUsage || complaints.Len() == 0 {
			t.Errorf("%s: exit code %d, %q", tt.args, code, &complaints)
		}
	}
}

func TestFlags(t *testing.T) {
	tests := []struct {
		args       string
		host, path string
		n          int
		stall      int
		storm      int
	}{
		{"-url http://127.0.0.1:8080/a%20b.wmv?x=y", "127.0.0.1:8080", "/a%20b.wmv?x=y", 10, 0, 0},
		{"-url mms://localhost/a -n 7 -stall 10%", "127.0.0.1:80", "/a", 7, 10, 0},
		{"-url mmsh://[::1]:90 -stall 5", "[::1]:90", "/", 10, 5, 0},
		{"-url http://127.9.9.9/ -kind stall", "127.9.9.9:80", "/", 10, 100, 0},
		{"-url http://127.0.0.1/ -kind storm", "127.0.0.1:80", "/", 0, 0, defaultStorm},
		{"-url http://127.0.0.1/ -kind storm -n 5 -storm 500", "127.0.0.1:80", "/", 0, 0, 500},
		{"-url http://127.0.0.1/ -kind idle -n 5 -storm 9", "127.0.0.1:80", "/", 5, 0, 9},
	}
	for _, tt := range tests {
		o, err := parseFlags(strings.Fields(tt.args), io.Discard)
		if err != nil {
			t.Errorf("%s: %v", tt.args, err)
			continue
		}
		if o.target.host != tt.host || o.target.path != tt.path || o.n != tt.n || o.stall != tt.stall || o.storm != tt.storm {
			t.Errorf("%s: %q %q, n %d, stall %d, storm %d", tt.args, o.target.host, o.target.path, o.n, o.stall, o.storm)
		}
		if int(o.files()) <= o.n {
			t.Errorf("%s: %d files for %d clients", tt.args, o.files(), o.n)
		}
	}
}

func TestMemProbe(t *testing.T) {
	var out bytes.Buffer
	code := start([]string{"-memprobe", "-pid", strconv.Itoa(os.Getpid())}, &out, io.Discard)
	if mb, err := strconv.ParseFloat(strings.TrimSpace(out.String()), 64); err != nil || mb <= 0 || code != exitOK {
		t.Errorf("exit code %d, %q", code, &out)
	}
}
