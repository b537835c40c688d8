package server

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"caracal/internal/auth/kdctest"
	"caracal/internal/auth/kerberos"
	"caracal/internal/auth/negotiate"
	"caracal/internal/auth/ntlm"
	"caracal/internal/auth/spnego"
	"caracal/mms"
	"caracal/wmsp"
)

// film is what is for members, and next an address from which nothing wrong has come.
func (v *vault) film() string { return clubFilm(v.server) }

func (v *vault) next() string {
	v.from++
	return "127.0.0." + strconv.Itoa(v.from)
}

// logsIn types names and passwords, right and wrong, by every scheme.
func (v *vault) logsIn() {
	film := strings.Replace(v.film(), "localhost", "127.0.0.1", 1)
	for _, scheme := range []string{"basic", "digest", "ntlm"} {
		for user, want := range map[string]string{
			"mufasa:" + clubPassword:                                          "200",
			"mufasa:" + v.secret("a password typed wrong, by "+scheme):        "401",
			v.secret("a password typed for the name, by "+scheme) + ":mufasa": "401",
		} {
			if got, _ := curl(v.t, "--interface", v.next(), "--"+scheme, "-u", user, film); got != want {
				v.t.Errorf("%s by %s: %s, want %s", user, scheme, got, want)
			}
		}
	}
	if got, _ := curl(v.t, "-A", "http://ada:"+v.word("a password in an agent")+"@h/", strings.Replace(film, "://", "://mufasa:"+strings.ReplaceAll(clubPassword, " ", "%20")+"@", 1)); got != "200" {
		v.t.Errorf("with a URL: %s", got)
	}
	v.tokens("NTLM", clubPassword, http.StatusOK)
	v.tokens("NTLM", v.secret("a password typed wrong, by NTLM"), http.StatusUnauthorized)
	v.tokens("Negotiate", clubPassword, http.StatusOK)
	v.tokens("Negotiate", v.secret("a password typed wrong, by Negotiate"), http.StatusUnauthorized)
	v.tokens("Kerberos", "", http.StatusOK)
}

// tokens proves mufasa, or alice by a ticket, and hides all that is said for it.
func (v *vault) tokens(how, password string, want int) {
	o := ntlm.InitiatorOptions{User: "mufasa", Domain: "STUDIO", Password: ntlm.Password(password), Now: time.Now}
	mechanism := negotiate.NTLMInitiator(o)
	scheme := "Negotiate"
	switch how {
	case "NTLM":
		scheme = "NTLM"
	case "Kerberos":
		mechanism = negotiate.KerberosInitiator(v.house.Ticket(v.t, kerberos.AES256SHA1, "alice", kdctest.Realm))
	}
	i, err := spnego.NewInitiator(spnego.InitiatorOptions{Mechanisms: []spnego.Mechanism{mechanism}})
	if err != nil {
		v.t.Fatal(err)
	}
	plain, err := ntlm.NewInitiator(o)
	if err != nil {
		v.t.Fatal(err)
	}
	got, _ := exchange(v.t, v.film(), scheme, func(reply []byte) (token []byte) {
		if scheme == "NTLM" {
			token, _, err = plain.Step(reply)
		} else {
			token, _, err = i.Step(v.t.Context(), reply)
		}
		if err != nil {
			v.t.Fatal(err)
		}
		v.hide("a token of "+how, string(token), base64.StdEncoding.EncodeToString(token))
		return token
	})
	if got != want {
		v.t.Errorf("%s with %q: %d, want %d", how, password, got, want)
	}
}

// asks puts secrets where peers put them who know no better.
func (v *vault) asks() {
	s, t := v.server, v.t
	basic := func(what string) string {
		password := v.word(what)
		return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("ada:"+password))
	}
	for _, target := range []string{"/live?key=", "/far?password=", "/origin/a.wmv?token=", "/http://h:p@h/?secret="} {
		for _, method := range []string{"GET", "POST", "DESCRIBE"} {
			ask(t, s, method, target+v.word("what is in a URL"), basic("what Basic brings"),
				"User-Agent: NSPlayer/9.0 http://ada:"+v.word("a password in an agent")+"@h/", "Referer: http://h/?key="+v.word("a key in a referer"))
		}
		ask(t, s, "GET", "/http://ada:"+v.word("a password in a path")+"@h/")
	}
	c, err := net.Dial("tcp", s.RTSPAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	io.WriteString(c, "DESCRIBE rtsp://ada:"+v.word("a password of RTSP")+"@127.0.0.1/none?key="+v.word("a key of RTSP")+" RTSP/1.0\r\nCSeq: 1\r\n"+
		basic("what Basic brings over RTSP")+"\r\n\r\n")
	if _, err := bufio.NewReader(c).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"none?key=", "http://ada:x@h/none?password="} {
		if _, err := (&mms.Client{}).Describe(t.Context(), "mmst://"+s.MMSAddr().String()+"/"+target+v.word("what is in a name of MMS")); err == nil {
			t.Error("there is something of that name")
		}
	}
}

// plays has a player, which goes on until it is ended, and one that reports.
func (v *vault) plays() (end func() error) {
	client := wmsp.Client{Agent: "NSPlayer/9.0 http://ada:" + v.word("a password in the agent of a player") + "@h/?token=" + v.word("a token in the agent of a player")}
	stream, err := client.Play(v.t.Context(), "http://"+v.server.Addr().String()+"/open/film.wmv?token="+v.word("a token of a player"), wmsp.PlayOptions{})
	if err != nil {
		v.t.Fatal(err)
	}
	for e := (wmsp.StreamEvent{}); !e.HasPacket; {
		if e, err = stream.Next(); err != nil {
			v.t.Fatal(err)
		}
	}
	line := "MX_STATS_LogLine: 0.0.0.0 2007-06-27 02:52:39 - asfm://239.255.77.9:9?key=" + v.word("a key in a log") + " 0 39 1 200 {1} 10.0 en-US a_http://ada:" +
		v.word("a password in a log's agent") + "@h/ http://ada:" + v.word("a password in a log's referer") + "@h/ w.exe 10.0 Windows_XP 5.1 Pentium" +
		" 0 0 9 asfm UDP a - http://ada:" + v.word("a password in a log's channel") + "@h/live.nsc - 2170350 - 182 0 0 0 0 0 0 1 3 100 239.255.77.9 - - - http://ada:" +
		v.word("a password in a log's URL") + "@h/live.nsc?token=" + v.word("a token in a log's URL") + " - -"
	if got, body := curl(v.t, "--data-binary", line, "http://"+v.server.Addr().String()+"/.caracal/log/news.nsc"); got != "200" {
		v.t.Errorf("the log: %s %s", got, body)
	}
	if got, body := curl(v.t, "http://"+v.server.Addr().String()+"/asked/film.wmv?download"); got != "200" {
		v.t.Errorf("what a program decides: %s %s", got, body)
	}
	return stream.Close
}

// says sends the admin API a body, and hears the answer unless that has to have a secret.
func (v *vault) says(method, path, kind, body string, want int, header ...string) *http.Response {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), method, "http://"+v.server.AdminAddr().String()+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	if want != 0 && a.StatusCode != want {
		v.t.Errorf("%s %s: %s, want %d: %s", method, path, a.Status, want, b)
	}
	a.Body = io.NopCloser(strings.NewReader(string(b)))
	if path == "/api/session" && a.StatusCode == http.StatusCreated {
		var in struct {
			Token string `json:"csrf_token"`
		}
		if err := json.Unmarshal(b, &in); err != nil || in.Token == "" || len(a.Cookies()) != 1 {
			v.t.Fatalf("%s, %v", b, a.Header)
		}
		v.hide("a session's cookie", a.Cookies()[0].Value)
		v.hide("a session's token", in.Token)
		return a
	}
	v.hear(method+" "+path, string(b)+" ")
	return a
}

// orders sends the admin API secrets in all bodies that may have one, right and wrong.
func (v *vault) orders() {
	const kind = "application/json"
	session := func(password string, want int) *http.Response {
		return v.says("POST", "/api/session", kind, `{"name": "mufasa", "password": `+quotedJSON(password)+`}`, want, "Origin", "http://"+v.server.AdminAddr().String())
	}
	a := session(clubPassword, http.StatusCreated)
	session(v.secret("a password typed wrong into a page"), http.StatusUnauthorized)
	cookie := a.Cookies()[0]
	v.says("GET", "/api/points", kind, "", 200, "Cookie", cookie.Name+"="+cookie.Value, "Origin", "http://"+v.server.AdminAddr().String())
	v.says("POST", "/api/points", kind, "{}", 403, "Cookie", cookie.Name+"="+cookie.Value, "X-CSRF-Token", v.word("a wrong token of a page"), "Origin", "http://"+v.server.AdminAddr().String())

	v.says("POST", "/api/accounts", kind, `{"name": "nala", "password": `+quotedJSON(v.secret("the password of a new account"))+`}`, 201)
	v.says("PUT", "/api/accounts/nala/password", kind, `{"password": "`+v.word("the next password")+`"}`, 204, "If-Match", "*")
	v.hide("a short password", "zQ!9x")
	v.says("PUT", "/api/accounts/nala/password", kind, `{"password": "zQ!9x"}`, 422, "If-Match", "*")
	for _, body := range []string{
		`{"name": "x", "password": "` + v.word("a password in a body that was cut"),
		`{"name": "x", "passwort": "` + v.word("a password under a key that is not there") + `"}`,
		`{"name": "x", "password": ["` + v.word("a password in a list") + `"]}`,
		`{"name": "x:", "password": "` + v.word("a password of a name that is none") + `"}`,
		`{"name": "x", "password": "` + v.word("a password before what is none") + `" zzz}`,
	} {
		v.says("POST", "/api/accounts", kind, body, 0)
		v.says("POST", "/api/session", kind, body, 0)
	}
	v.points()
}

// points makes a point with secrets, and some that cannot be.
func (v *vault) points() {
	key, token, source := v.word("the key of a new point"), v.word("the token of a new point"), v.word("the password of a new source")
	for _, secret := range []string{key, token, source} {
		v.allow("the state file", secret)
	}
	v.says("POST", "/api/points", "application/json", `{"name": "made", "definition": {"broadcast": {"source": "push", "key": "`+key+`"}, `+
		`"access": {"ask": {"url": "http://127.0.0.1:1/", "token": "`+token+`"}}}}`, 201)
	v.says("POST", "/api/points", "application/json", `{"name": "pulled", "definition": {"broadcast": {"source": "pull:http://ada:`+source+`@127.0.0.1:1/"}}}`, 201)
	for _, definition := range []string{
		`{"broadcast": {"source": "push", "key": ["%"]}}`,
		`{"broadcast": {"source": "push", "kye": "%"}}`,
		`{"broadcast": {"source": "pull:ftp://ada:%@h/"}}`,
		`{"broadcast": {"source": "pull:http://ada:%@/"}}`,
		`{"proxy": {"origin": "ftp://ada:%@h/"}}`,
		`{"redirect": "nothing://ada:%@h/", "path": "/"}`,
		`{"path": "/none", "access": {"ask": {"url": "ftp://ada:%@h/", "token": {"a": "%"}}}}`,
	} {
		text := strings.ReplaceAll(definition, "%", v.word("what is secret in "+definition))
		v.says("POST", "/api/points", "application/json", `{"name": "wrong", "definition": `+text+`}`, 0)
		for _, path := range []string{"/api/configuration/check", "/api/configuration/diff"} {
			v.says("POST", path, "application/yaml", "points:\n  - "+strings.Replace(text, "{", "{name: wrong, ", 1)+"\n", 0)
		}
	}
	for _, text := range []string{
		`hooks: [{name: a, url: "ftp://ada:%@h/", secret: "%"}]`, `hooks: [{name: a, url: "http://h/", secret: ["%"]}]`,
		`hooks: [{name: a, sercet: "%"}]`, `access: {ask: {url: "http://ada:%@h/"}}`, "access: {ask: {token: \"%\n", `data: {password: "%"}`,
	} {
		text = strings.ReplaceAll(text, "%", v.word("what is secret in "+text))
		v.says("POST", "/api/configuration/check", "application/yaml", text, 0)
	}
}
