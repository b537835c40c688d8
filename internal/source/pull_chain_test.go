package source_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"caracal/internal/event"
	"caracal/internal/front"
	"caracal/internal/fronttest"
	"caracal/internal/head"
	"caracal/internal/point"
	"caracal/internal/pull"
	"caracal/internal/session"
	"caracal/internal/source"
	"caracal/rtsp"
	"caracal/wmsp"
)

// node is a server whose broadcast is what another one has.
type node struct {
	*fronttest.Rig
	*source.Pull
	b *point.Broadcast
}

// startRing has n servers pull from each other in a circle: each from the next.
func startRing(t *testing.T, scheme string, n int) []*node {
	t.Helper()
	nodes := make([]*node, n)
	for i := range nodes {
		nodes[i] = startNode(t, scheme, fmt.Sprintf("caracal-%d", i))
	}
	for i, node := range nodes {
		node.URL = scheme + "://" + nodes[(i+1)%n].Address + "/live"
	}
	return nodes
}

func startNode(t *testing.T, scheme, name string) *node {
	t.Helper()
	n := &node{fronttest.New(t, session.Options{}), &source.Pull{Name: name}, point.NewBroadcast(point.BroadcastOptions{})}
	n.Points.Add(&point.Point{Name: "live", Opener: n.b, Options: point.Options{Unpaced: true}, Via: n.Via})
	n.Listen("127.0.0.1", "0")
	options := front.Options{Shards: n.Shards, Bus: n.Bus, Via: name}
	if scheme == "http" {
		n.Rig.Run(wmsp.NewServer(wmsp.ServerOptions{Options: options, Points: n.Points, Sessions: n.Sessions}))
	} else {
		n.Rig.Run(rtsp.NewServer(rtsp.ServerOptions{Options: options, Points: n.Points, Sessions: n.Sessions}))
	}
	return n
}

// try pulls, until that ends.
func (n *node) try() error { return n.Pull.Run(n.T.Context(), n.b, func(string) {}) }

// Servers that pull from each other notice it, each of them, and name the circle.
func TestPullsInACircle(t *testing.T) {
	for _, scheme := range []string{"http", "rtsp"} {
		for n := 2; n <= 3; n++ {
			t.Run(fmt.Sprintf("%s, %d", scheme, n), func(t *testing.T) {
				nodes := startRing(t, scheme, n)
				for range 3 {
					for _, node := range nodes {
						if err := node.try(); err == nil {
							t.Fatal("something came out of nothing")
						}
					}
				}
				for i, node := range nodes {
					err := node.try()
					if !errors.Is(err, source.ErrLoop) || strings.Count(err.Error(), "pulls from") != n ||
						!strings.HasSuffix(err.Error(), "which pulls from "+node.Name) {
						t.Errorf("server %d: %v", i, err)
					}
					if hops := head.ParseVia(node.Via()...); len(hops) != n {
						t.Errorf("server %d has heard %v", i, node.Via())
					}
				}
			})
		}
	}
}

// A chain of three with an end is none, and says whom its content comes through.
func TestPullsInARow(t *testing.T) {
	for _, scheme := range []string{"http", "rtspt"} {
		t.Run(scheme, func(t *testing.T) {
			o := startOrigin(t, scheme)
			o.bring(20)
			middle, last := startNode(t, scheme, "caracal-b"), startNode(t, scheme, "caracal-a")
			middle.URL, last.URL = o.url(scheme), scheme+"://"+middle.Address+"/live"
			for _, n := range []*node{middle, last} {
				e := startEdgeOf(t, n.Pull, n.b)
				n.WaitFor("the pull brings something", func() bool {
					_, err := e.Open(t.Context(), "")
					return err == nil
				})
			}
			if hops := head.ParseVia(last.Via()...); len(hops) != 1 || hops[0].By != "caracal-b" {
				t.Errorf("it comes through %v", hops)
			}
			var via []string
			if scheme == "http" {
				info, err := (&wmsp.Client{}).ContentInfo(t.Context(), "http://"+last.Address+"/live")
				if via = info.Via; err != nil {
					t.Error(err)
				}
			} else {
				info, err := (&rtsp.Client{}).ContentInfo(t.Context(), "rtsp://"+last.Address+"/live")
				if via = info.Via; err != nil {
					t.Error(err)
				}
			}
			if hops := head.ParseVia(via...); len(hops) != 2 || hops[0].By != "caracal-b" || hops[1].By != "caracal-a" {
				t.Errorf("players are told %v", via)
			}
		})
	}
}

// A request that has come through a server before is refused there.
func TestRequestsGoRoundOnce(t *testing.T) {
	for _, scheme := range []string{"http", "rtsp"} {
		n := startNode(t, scheme, "caracal-a")
		var err error
		if scheme == "http" {
			_, err = (&wmsp.Client{Proxy: &pull.Proxy{Name: "Caracal-A"}}).ContentInfo(t.Context(), "http://"+n.Address+"/live")
		} else {
			_, err = (&rtsp.Client{Proxy: &pull.Proxy{Name: "Caracal-A"}}).ContentInfo(t.Context(), "rtsp://"+n.Address+"/live")
		}
		refused := fronttest.EventsOf[event.Refused](n.Rig)
		if err == nil || !strings.Contains(err.Error(), "508 Loop Detected") || len(refused) != 1 || refused[0].Status != 508 {
			t.Errorf("%s: %v, %+v", scheme, err, refused)
		}
	}
}
