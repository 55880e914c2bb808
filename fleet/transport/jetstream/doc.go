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
package jetstream
