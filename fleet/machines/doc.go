// Package machines has nothing but a test: of a whole fleet, in which every machine is one.
// Three brokers, three replicas and two writers are processes of their own, each in a network
// namespace of its own, on a bridge. It shows how long a release takes until it is served
// everywhere, and that no reader is told anything wrong, mixed or older than he has seen, while
// machines are killed, cut off, slow, full and emptied.
//
// It needs root, Linux and the commands ip and go, and is run where it is asked for:
//
//	go test ./fleet/machines -v -args -machines
//	go test ./fleet/machines -v -timeout 0 -args -machines -long 10m -seed 7
//
// Nothing of it is seen outside: it runs in namespaces of its own for processes, mounts and the
// network, which end with it, however it ends.
//
// Begin with machines_test.go. fleet_test.go has the machines, faults_test.go what happens to
// them, readers_test.go who is asking meanwhile, and truth_test.go what the answers must be.
//
//   - a build is the posts of one import. Each of them says in its posts which one it is.
//   - a probe is a post that every build has anew.
package machines
