// Package jetstream is a transport over NATS with JetStream: a cluster of its own, or the one
// that alphanode/fleet/broker runs inside the machines of a fleet.
//
// It must not know what the files and values are for, nor who runs the servers.
//
// Begin with [Connect]; [Make] makes what a fleet needs, [Needs] says how an operator does.
//
//   - files are an object store, whose files the command nats can read: the bytes in pieces
//     (chunks) on a subject of their own, and one message (meta) that says under which name.
//     What has no meta is not there, so a file is there whole or not at all.
//   - values are a key-value bucket, and the revision is the place in its stream.
//   - a call is a try, again and again, each with a deadline: JetStream does not answer what
//     it is asked before it has a leader, and what a server that dies was asked.
//   - to settle is to write a message behind all others and to wait until it is read: then all
//     that was acknowledged before has been read too. A server that reads may be behind, and
//     one that was cut off from the others may think for some seconds that it leads.
//
// # What holds when servers are gone
//
// With most of the servers there all goes on; where the one that led is gone, after another
// was elected, which takes some seconds. With fewer no value is set, none is got and none is
// watched anew, until there are enough: there could be a newer one. A Watch that goes on through
// a server that is left says nothing. Files may be opened for as long as that server believes
// that it leads.
//
// # What who connects may do
//
// An operator who permits subject by subject permits, with the names of the buckets for NAME:
// to publish to $JS.API.> and $JS.FC.>, to subscribe to _INBOX.>; who only reads, to publish to
// $KV.NAME.Settled and $O.NAME.C.settled too; who writes, to $KV.NAME.> and $O.NAME.>.
package jetstream
