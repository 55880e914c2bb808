package server

import (
	"strings"
	"time"

	"alphanode/apierror"
	"alphanode/store"
)

// authenticate finds the key that a request carries. Who sends something that
// is not one is told so, and never answered as if nothing had been sent. The
// key is that of no one where nothing was.
func (s *Server) authenticate(authorization []string) (store.Key, error) {
	switch len(authorization) {
	case 0:
		return store.Key{}, nil
	case 1:
	default:
		return store.Key{}, unauthenticated("The header Authorization is there more than once.")
	}
	scheme, secret, ok := strings.Cut(authorization[0], " ")
	secret = strings.TrimLeft(secret, " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") || secret == "" {
		return store.Key{}, unauthenticated("The header Authorization holds no key.")
	}
	key, ok := s.archive.Keys.Find(secret)
	if !ok {
		return store.Key{}, unauthenticated("The key in the header Authorization is not known, or was revoked.")
	}
	if key.Expired(time.Now()) { // which only who holds it is told
		return store.Key{}, unauthenticated("The key in the header Authorization has expired at " + key.Expires.UTC().Format(time.RFC3339) + ". Ask for another one.")
	}
	return key, nil
}

// unauthenticated never repeats what was sent: it may be nearly a key.
func unauthenticated(detail string) error {
	return apierror.New(apierror.Unauthenticated, detail,
		apierror.Field{Location: "header.Authorization", Expected: "Bearer, and a key that alphanode key add has given"})
}

// authorize refuses a request whose key does not allow what it asks for, and
// says why a key is needed.
func authorize(key store.Key, needed store.Scope, why string) error {
	switch {
	case key.Scope.Includes(needed):
		return nil
	case key.ID == "":
		return unauthenticated(why + ": a key with the scope " + string(needed) + " is needed.")
	default:
		return apierror.New(apierror.Forbidden, why+": a key with the scope "+string(needed)+" is needed, and this one has the scope "+string(key.Scope)+".",
			apierror.Field{Location: "header.Authorization", Value: key.ID, Expected: "a key with the scope " + string(needed)})
	}
}

// viewOf is what the holder of a key sees.
func viewOf(key store.Key) store.View {
	if key.Scope.Includes(store.ScopePreview) {
		return store.Preview
	}
	return store.Public
}
