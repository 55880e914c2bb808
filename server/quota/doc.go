// Package quota keeps account of what readers spend: how many units of work each may
// have had done in a window, and how much of that is left.
//
// It must not know HTTP, what a unit is spent on, or who has a key: it is told who a
// reader is, how much they may spend, and what they spent.
//
// Begin with Account in account.go, which is what a request has; then Accounts, who is
// remembered; fields.go is how it is told to readers.
//
// A quota is how many units there are in a window. What a reader has left comes back
// evenly, as in a token bucket; who has spent more than they had is in debt, and is
// admitted again when that is paid.
package quota
