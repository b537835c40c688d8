// Package head reads and writes what RTSP (RFC 2326) and HTTP (RFC 2616) have
// in common: the head of a message with its first line and its fields, the
// target of a request, and the header fields that [MS-RTSP] 2.2.6 and
// [MS-WMSP] 2.2.1 both define. Its input comes from anybody who can connect.
package head
