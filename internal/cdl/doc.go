// Package cdl reads and writes content description lists, [MS-WMSP] 2.2.4: what
// the servers of Windows Media say about content besides its ASF header. $M of
// HTTP has one, and so has the SDP of RTSP, [MS-RTSP] 2.2.5.2.3.2, where it is
// escaped as in a URL. The list itself is the same in both, in UTF-8.
package cdl
