// Package brokertest runs brokers for tests, each in a process of its own, as they run on other
// machines. What a test then says of goroutines, memory and races is of the code that it tests,
// and not of the server of NATS, in which the race detector finds races now and then.
//
// It must not know what is stored in a broker, nor how machines connect to it.
//
// The TestMain of a package that uses it is [Main]; begin with [Start], or with [StartForeign] for
// a server that is not ours.
package brokertest
