// Package client says who asks: the address that a request comes from, and whether it
// came over TLS, where proxies stand between too. What a request says of that itself is
// believed only as far as proxies that the operator trusts have written it.
//
// It must not know keys, routes or answers, nor what is done about who asks.
//
// Begin with Proxies.Client in client.go; forwarded.go reads the headers.
//
// A hop is what one proxy says of who asked it. Handed on is a request that came by way
// of a proxy, trusted or not.
package client
