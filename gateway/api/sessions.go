package api

import (
	"net"
	"net/http"
	"time"

	"fundtrace/gateway/users"
)

// SignIn is the body of a sign-in.
type SignIn struct {
	User     string `json:"user"`     // "name@organisation"
	Password string `json:"password"` // the enrolment secret at the organisation's certificate authority
}

// Session answers a sign-in. The token goes into the header "Authorization: Bearer …"; browsers get it as a cookie.
type Session struct {
	Token        string    `json:"token,omitempty"` // answered at sign-in only
	Expires      time.Time `json:"expires"`
	User         string    `json:"user"`
	Organisation string    `json:"organisation"`
	MSP          string    `json:"msp"`
	Role         string    `json:"role"`
	Party        string    `json:"party"`
}

func sessionOf(s users.Session, token string) Session {
	return Session{Token: token, Expires: s.Expires, User: s.User, Organisation: s.Organisation, MSP: s.MSP, Role: s.Role, Party: s.Party}
}

func (s *Server) signIn(c *call, b SignIn) (reply[Session], error) {
	token, session, err := s.Users.SignIn(c.ctx(), b.User, b.Password, c.address())
	if err != nil {
		return reply[Session]{}, err
	}
	c.gin.Set("user", session.User)
	http.SetCookie(c.gin.Writer, s.cookie(token, session.Expires))
	return reply[Session]{body: sessionOf(session, token)}, nil
}

func (s *Server) signOut(c *call) {
	if err := s.Users.SignOut(c.ctx(), c.token); err != nil {
		c.fail(err)
		return
	}
	http.SetCookie(c.gin.Writer, s.cookie("", time.Unix(1, 0)))
	c.finish(reply[any]{}, nil)
}

func (s *Server) session(c *call) (Session, error) { return sessionOf(c.who, ""), nil }

// cookie carries the token so that scripts cannot read it and other sites cannot send it.
func (s *Server) cookie(token string, expires time.Time) *http.Cookie {
	return &http.Cookie{Name: cookieName, Value: token, Path: "/", Expires: expires, HttpOnly: true, Secure: s.Secure,
		SameSite: http.SameSiteStrictMode}
}

// address is the caller's, without port.
func (c *call) address() string {
	host, _, err := net.SplitHostPort(c.gin.Request.RemoteAddr)
	if err != nil {
		return c.gin.Request.RemoteAddr
	}
	return host
}
