package server

import (
	"context"
	"math"
	"net"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"caracal/internal/auth"
	"caracal/internal/event"
	"caracal/internal/point"
)

// visitorKey is where the context of a request has its connection's visitor.
type visitorKey struct{}

// visitor is what is known of who sends requests on a connection.
type visitor struct {
	*auth.Dialogue
	account string // that the present request has proved; "" is nobody
}

// withDialogue gives a connection its Dialogue.
func (s *Server) withDialogue(ctx context.Context, _ net.Conn) context.Context {
	return context.WithValue(ctx, visitorKey{}, &visitor{Dialogue: s.access.Guard.Dialogue()})
}

// provedBy is the account that a request has proved; "" is nobody.
func provedBy(r *http.Request) string {
	if v, ok := r.Context().Value(visitorKey{}).(*visitor); ok {
		return v.account
	}
	return ""
}

// openOwn is Registry.Open for the server itself, or for who was let in.
func (s *Server) openOwn(name string) (*point.Point, point.Entry, error) {
	return s.points.OpenFor(name, point.Asker{Allowed: true})
}

// playOf is what a request wants that is for a name. The name of an announcement is
// what it announces, where that is of another point.
func (s *Server) playOf(r *http.Request, name string) auth.Ask {
	of := s.pointOf(name)
	if isAnnouncement(name) || strings.EqualFold(path.Ext(name), stationExt) {
		if base := s.pointOf(strings.TrimSuffix(name, path.Ext(name))); len(base) > len(of) {
			of = base
		}
	}
	return s.askOf(r, auth.Play, of, name)
}

// pointOf is the name of the point that a name belongs to; "" if there is none.
func (s *Server) pointOf(name string) string {
	p, _, err := s.points.Lookup(name)
	if err != nil {
		return ""
	}
	return p.Name
}

// askOf is what a request wants of a point, and of what below it.
func (s *Server) askOf(r *http.Request, right auth.Right, of, name string) auth.Ask {
	return auth.Ask{
		Right: right, Target: auth.Target{Point: of, Name: name},
		Address: remoteAddr(r), Protocol: "http", Agent: r.UserAgent(),
		Forwarded: isForwarded(r) || right == auth.Admin && !namesLocal(r), Page: isPage(r),
	}
}

// judge has the connection's Dialogue judge a request.
func (s *Server) judge(r *http.Request, a auth.Ask) auth.Answer {
	v, ok := r.Context().Value(visitorKey{}).(*visitor)
	if !ok {
		v = &visitor{Dialogue: s.access.Guard.Dialogue()}
	}
	answer := v.Judge(r.Context(), auth.Request{
		Ask: a, Method: r.Method, URI: r.RequestURI, Authorization: r.Header.Values("Authorization"),
		Accept: r.Header.Get("X-Accept-Authentication"), Shared: isForwarded(r),
	})
	v.account = answer.Identity.Account
	return answer
}

// admits answers who may not have what he asks for; false if it has.
func (s *Server) admits(w http.ResponseWriter, r *http.Request, ask auth.Ask) bool {
	a := s.judge(r, ask)
	h := w.Header()
	for _, c := range a.Challenges {
		h.Add("WWW-Authenticate", c)
	}
	if a.Info != "" {
		h.Set("Authentication-Info", a.Info)
	}
	if a.Verdict == auth.Allowed {
		if !a.Identity.IsNobody() {
			h.Add("Vary", "Authorization")
			h.Set("Cache-Control", "private")
		}
		return true
	}
	h.Set("Cache-Control", "no-store")
	status, text := refusal(w, a)
	if a.Verdict == auth.Prove && (a.More || len(r.Header.Values("Authorization")) == 0) {
		problem(w, status, text) // that is how it begins: nobody was refused
		return false
	}
	s.bus.Publish(event.Refused{Player: askerOf(r), Status: status, Reason: text})
	problem(w, status, text)
	return false
}

// admitsFound is admits for what a name turned out to mean, if that is of another
// point than the name: film.asx of film.wmv.
func (s *Server) admitsFound(w http.ResponseWriter, r *http.Request, asked, found string) bool {
	of := s.pointOf(found)
	return of == s.playOf(r, asked).Target.Point || s.admits(w, r, s.askOf(r, auth.Play, of, found))
}

// refusal is the status of a verdict and what people are told.
func refusal(w http.ResponseWriter, a auth.Answer) (status int, text string) {
	switch a.Verdict {
	case auth.Prove:
		return http.StatusUnauthorized, "Say who you are: a name and a password."
	case auth.Slowed:
		w.Header().Set("Retry-After", seconds(a.Retry))
		return http.StatusTooManyRequests, "There were too many wrong passwords from your address: try again in " + seconds(a.Retry) + " seconds."
	}
	return http.StatusForbidden, "Access is denied: " + a.Reason + "."
}

// seconds rounds up, for people and for Retry-After.
func seconds(d time.Duration) string { return strconv.Itoa(int(math.Ceil(d.Seconds()))) }

// visible is below without what is not for who asks, as far as that is known: he has
// been let into the point of the folder, and is nobody elsewhere.
func (s *Server) visible(r *http.Request, folder string) []Item {
	in := map[string]bool{}
	if folder != "" {
		in[s.pointOf(folder)] = true
	}
	var items []Item
	for _, it := range s.below(folder) {
		of := s.pointOf(it.Name)
		allowed, known := in[of]
		if !known {
			ask := s.askOf(r, auth.Play, of, it.Name)
			allowed = s.access.Guard.Decide(r.Context(), ask, auth.Identity{}).Verdict == auth.Allowed
			in[of] = allowed
		}
		if allowed {
			items = append(items, it)
		}
	}
	return items
}
