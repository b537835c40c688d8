package api

import (
	"net/http"
	"time"
)

// Session is who asks, as the API says it.
type Session struct {
	Account string     `json:"account"`
	Groups  []string   `json:"groups"`
	Local   bool       `json:"local"` // let in because it asks from the server's own machine
	CSRF    string     `json:"csrf_token,omitempty"`
	Expires *time.Time `json:"expires,omitempty"`
}

// credentials are the body of a login. They are written nowhere.
type credentials struct {
	Name     string `json:"name"`
	Password string `json:"password"`
}

const maxPassword = 1024 // bytes

func (c *call) getSession() (reply, error) { return reply{body: c.session()}, nil }

func (c *call) session() Session {
	s := Session{Account: c.who.Account, Groups: c.who.Groups, Local: c.who.Account == ""}
	if s.Groups == nil {
		s.Groups = []string{}
	}
	if c.sess != nil {
		expires := c.sess.expires.UTC()
		s.CSRF, s.Expires = c.sess.csrf, &expires
	}
	return s
}

func (c *call) createSession() (reply, error) {
	var in credentials
	if err := c.body(&in); err != nil {
		return reply{}, err
	}
	if in.Name == "" || len(in.Name) > maxPoint || len(in.Password) > maxPassword {
		return reply{}, Errorf(http.StatusBadRequest, "say a name and a password")
	}
	who, err := c.Access.Login(c.ctx(), c.r, in.Name, in.Password)
	if err != nil {
		return reply{}, err
	}
	s, token := c.sessions.begin(who.Account)
	http.SetCookie(c.w, cookie(c.r, token, int(loginLasts/time.Second)))
	c.who, c.sess = who, s
	return reply{status: http.StatusCreated, body: c.session()}, nil
}

func (c *call) deleteSession() (reply, error) {
	if c.sess != nil {
		c.sessions.end(c.sess)
	}
	http.SetCookie(c.w, cookie(c.r, "", -1))
	return reply{}, nil
}

// cookie is that of a session. Scripts do not see it, and no other site sends it.
func cookie(r *http.Request, token string, age int) *http.Cookie {
	return &http.Cookie{
		Name: cookieName, Value: token, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteStrictMode,
	}
}
