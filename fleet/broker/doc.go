// Package broker runs a NATS server inside this process, with JetStream and a folder of its
// own: for three machines that have nothing else. Each of them runs one, and together they are
// a cluster that holds what a fleet shares.
//
// It must not know what is stored in it, nor who connects: fleet/transport/jetstream does, and
// makes what it needs.
//
// Begin with [Start]; a broker that has started answers when it is [Broker.Ready].
//
// # What is on the disk when it is acknowledged
//
// By itself the server syncs every two minutes, and a machine that loses its power has lost
// what others were told is stored; three that lose it at once, for all time. Here each write is
// synced before it is acknowledged (SyncAlways): a file of 4 MiB is put at 96 MB/s instead of
// 151, see docs/decisions.md.
//
// # Memory
//
// The server keeps what was written and read within ten seconds, as far as the collector lets
// it: a process that has a broker sets a limit of memory (GOMEMLIMIT).
package broker
