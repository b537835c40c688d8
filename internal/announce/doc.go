// Package announce decides what an announcement says: the small file that tells
// a player where content is. It knows the generations of players by their
// User-Agent, and which URLs in which order each of them is best told. It knows
// no protocol and no format; it is given plain endpoints.
package announce
