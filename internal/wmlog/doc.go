// Package wmlog implements the server's side of the Windows Media Log Data
// Structure [MS-WMLOG]: it reads what players submit, joins it with what the
// server has measured itself, and writes access logs as Windows Media Services
// do, in the W3C extended format, or as JSON.
package wmlog
