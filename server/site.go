package server

import (
	"alphanode/apierror"
	"alphanode/server/route"
)

// site says where the reader asks: at the address that the settings give, or else by the
// name that the request has for the server, where its answer holds links of that.
func (x *exchange) site() (route.Site, error) {
	site := x.server.site
	if site.Origin != "" || x.route == nil || !x.route.Absolute {
		return site, nil
	}
	host := x.r.Host
	if host == "" { // as HTTP/1.0 may leave it
		host = "localhost"
	}
	if !route.IsHost(host) {
		return site, apierror.New(apierror.BadRequest, "The header Host names no host that links could lead to.",
			apierror.Field{Location: "header.Host", Value: route.Shorten(host), Expected: "the name or the address of this server, with its port"})
	}
	site.Origin = "http://" + host
	if x.client.Secure {
		site.Origin = "https://" + host
	}
	return site, nil
}
