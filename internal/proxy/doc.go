// Package proxy implements the cache and reverse proxy role of a server,
// [MS-WMSP] 4.12 and [MS-RTSP] 4.6: a publishing point whose content is another
// server's. What that server permits to be kept is fetched once and played from
// the disk, a broadcast is handed on to many, and anything else goes through for
// one player at a time.
package proxy
