package main

import (
	"encoding/json"
	"os"
)

// result is the report. N counts all clients, Packets and MbitDelivered are of
// the window; gaps, faults and times are of the whole run.
type result struct {
	Label          string  `json:"label"`
	Kind           string  `json:"kind"`
	N              int     `json:"n"`
	Pipelined      bool    `json:"pipelined,omitempty"`
	Connected      int     `json:"connected"` // got media; idle: got a connection
	Stalled        int     `json:"stalled,omitempty"`
	Errors         int     `json:"errors"`
	FirstError     string  `json:"first_error,omitempty"`
	RampS          float64 `json:"ramp_s"`
	WindowS        float64 `json:"window_s"`
	MbitDelivered  float64 `json:"mbit_delivered"`
	KbitPerClient  float64 `json:"kbit_s_per_client"` // mean of those that read
	KbitP1         float64 `json:"kbit_s_client_p1"`
	KbitP99        float64 `json:"kbit_s_client_p99"`
	Packets        int64   `json:"packets"`
	Gaps           int64   `json:"gaps"`
	Lost           int64   `json:"lost"`
	Late           int64   `json:"late,omitempty"`
	Bad            int64   `json:"bad_frames"`
	LocJumps       int64   `json:"location_jumps"`
	Ended          int64   `json:"ended"`
	FirstMs50      float64 `json:"first_media_ms_p50"`
	FirstMs99      float64 `json:"first_media_ms_p99"`
	FirstMsMax     float64 `json:"first_media_ms_max"`
	HeadMs50       float64 `json:"first_reply_ms_p50"`
	HeadMs99       float64 `json:"first_reply_ms_p99"`
	SilenceMs50    float64 `json:"silence_ms_p50"`
	SilenceMs99    float64 `json:"silence_ms_p99"`
	StormConnects  int     `json:"storm_connects,omitempty"`
	StormFailed    int     `json:"storm_failed,omitempty"`
	StormMs50      float64 `json:"storm_first_media_ms_p50,omitempty"`
	StormMs99      float64 `json:"storm_first_media_ms_p99,omitempty"`
	StormMsMax     float64 `json:"storm_first_media_ms_max,omitempty"`
	SrvCPUs        float64 `json:"server_cpu_s"`
	SrvUserS       float64 `json:"server_user_s"`
	SrvSysS        float64 `json:"server_sys_s"`
	SoftirqS       float64 `json:"softirq_s"`            // of the whole machine
	PairMsPerMbit  float64 `json:"pair_cpu_ms_per_mbit"` // server and load generator
	OtherBusy      float64 `json:"other_busy"`           // share of all processors, 0 to 1
	CPUmsPerCS     float64 `json:"cpu_ms_per_client_s"`
	CPUmsPerMbit   float64 `json:"cpu_ms_per_mbit"`
	CPUusPerPkt    float64 `json:"cpu_us_per_packet,omitempty"`
	SrvRSSIdleMB   float64 `json:"server_rss_before_mb"`
	SrvRSSPeakMB   float64 `json:"server_rss_peak_mb"`
	RSSKBPerClient float64 `json:"rss_kb_per_client"`
	TCPMemMB       float64 `json:"tcp_mem_peak_mb"` // of the whole machine, both ends
	CtxPerS        float64 `json:"server_ctxsw_per_s"`
	LoadCPUs       float64 `json:"load_cpu_s"`
	MachineBusy    float64 `json:"machine_busy"` // share of all processors, 0 to 1

	measured bool // a server process was named
}

// fail counts err, if it is one, and keeps the first.
func (r *result) fail(err error, count *int) {
	if err == nil {
		return
	}
	*count++
	if r.FirstError == "" {
		r.FirstError = err.Error()
	}
}

// appendJSON appends the result as one line.
func (r *result) appendJSON(file string) error {
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	if _, err := f.Write(append(line, '\n')); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
