// Package backup writes a data directory into one file, and fills an empty one from it.
//
// The file is a tar archive packed with zstd, so that every system can look into it, and
// hold it against the checksums at its end, without alphanode:
//
//	backup.json                       what it is of, and by which alphanode
//	CURRENT journal.ndjson takedowns.json
//	keys.json                         where it was asked for
//	releases/r1/manifest.json
//	releases/r1/release.db            under the name that the manifest gives
//	releases/r1/rejects.ndjson        where there are any
//	SHA256SUMS                        of all before; a file without it was cut off
//
// It must not know how a directory is read at one instant, or becomes one at another: that
// is store/catalogue. It takes nothing that an archive says for true, for that may come from
// anywhere: only names that stand above are taken, each once, plain files all of them.
//
// Begin with Write in write.go, and Restore in restore.go.
package backup
