// Package command is the command line: flags in, rooms called, results and
// exit codes out. Each command has a file. The package knows every room and
// holds no rule of its own about posts, releases or answers.
package command
