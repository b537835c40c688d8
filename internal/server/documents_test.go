package server

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"caracal/internal/announce"
	"caracal/internal/config"
)

// windowsPorts are those that players knock at when a URL names none: HTTP,
// RTSP, MMS.
var windowsPorts = []int{80, 554, 1755}

// defaultPorts are those of the default configuration; control is where requests
// over UDP come to.
func defaultPorts(t *testing.T) (web, rtsp, mms, control int) {
	t.Helper()
	cfg := config.Default()
	port := func(address string) int {
		n, err := strconv.Atoi(strings.TrimPrefix(address, ":"))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	return port(cfg.HTTP.Address), port(cfg.RTSP.Address), port(cfg.MMS.Address), cfg.RTSP.UDPPort + 1
}

func document(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile("../../docs/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// portsIn are the numbers of a list such as "80, 554" or "80,554".
func portsIn(t *testing.T, list string) []int {
	t.Helper()
	var ports []int
	for _, f := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		n, err := strconv.Atoi(f)
		if err != nil {
			t.Fatal(err)
		}
		ports = append(ports, n)
	}
	slices.Sort(ports)
	return ports
}

var urlWithPort = regexp.MustCompile(`\b([a-z]+)://HOST:([0-9]+)/`)

// Every URL with a port on the players' page is right for the defaults. mms://
// with a port is a way to HTTP there.
func TestPlayersPageHasTheDefaultPorts(t *testing.T) {
	web, rtsp, mms, _ := defaultPorts(t)
	ports := map[string]int{
		"http": web, "mmsh": web, "mms": web, "rtsp": rtsp, "rtspt": rtsp, "rtspu": rtsp, "mmst": mms, "mmsu": mms,
	}
	urls := urlWithPort.FindAllStringSubmatch(document(t, "players.md"), -1)
	if len(urls) < 10 {
		t.Errorf("%d URLs with a port, there were more", len(urls))
	}
	for _, u := range urls {
		if want := ports[u[1]]; u[2] != strconv.Itoa(want) {
			t.Errorf("%s, the default port is %d", u[0], want)
		}
	}
}

// The lines for firewalls let in what is served by default and what players try
// besides, and nothing else.
func TestFirewallLinesHaveTheDefaultPorts(t *testing.T) {
	web, rtsp, mms, control := defaultPorts(t)
	tcp := append([]int{web, rtsp, mms}, windowsPorts...)
	slices.Sort(tcp)
	want := map[string][]int{"tcp": slices.Compact(tcp), "udp": portsIn(t, strconv.Itoa(mms)+","+strconv.Itoa(control))}
	page := document(t, "players.md")
	for name, line := range map[string]string{
		"nftables": `nft insert rule inet filter input '%s dport \{ ([0-9, ]+) \} accept'`,
		"ufw":      `ufw allow ([0-9,]+)/%s\n`,
	} {
		for protocol, ports := range want {
			m := regexp.MustCompile(strings.Replace(line, "%s", protocol, 1)).FindAllStringSubmatch(page, -1)
			if len(m) != 1 {
				t.Errorf("%s: %d lines for %s", name, len(m), protocol)
			} else if got := portsIn(t, m[0][1]); !slices.Equal(got, ports) {
				t.Errorf("%s: %s ports %v, want %v", name, protocol, got, ports)
			}
		}
	}
}

// The table for the firewall in the installation page has them too.
func TestInstallPageHasTheDefaultPorts(t *testing.T) {
	web, rtsp, mms, control := defaultPorts(t)
	page := document(t, "install.md")
	for _, port := range []string{
		strconv.Itoa(web) + "/tcp", strconv.Itoa(rtsp) + "/tcp", strconv.Itoa(mms) + "/tcp",
		strconv.Itoa(mms) + "/udp", strconv.Itoa(control) + "/udp",
	} {
		if !strings.Contains(page, "\n| "+port+" |") {
			t.Errorf("no row for %s", port)
		}
	}
}

// The page about announcements has every player and every ending.
func TestAnnouncementsPageIsWhole(t *testing.T) {
	page := document(t, "announcements.md")
	words := []string{"`?player=`", "form=reference"}
	for _, p := range announce.Players() {
		words = append(words, "`"+p.ID+"`")
	}
	for ending, f := range forms {
		words = append(words, "`"+ending+"`", "`"+f.content+"`")
	}
	for _, w := range words {
		if !strings.Contains(page, w) {
			t.Errorf("no %s", w)
		}
	}
}
