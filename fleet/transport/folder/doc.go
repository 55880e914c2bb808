// Package folder is a transport over a folder that the machines of a fleet share: a mount of
// a network, or a folder that something else syncs.
//
// It must not know who mounts or syncs it, nor what the files are for.
//
// Begin with [Open]; Make prepares a folder. Files lie in files/, each value in a file of its
// own in values/, with its revision. Whatever is written is written beside, synced and renamed,
// and its mode is that of a data directory: see alphanode/store/disk.
//
// What must hold of the folder:
//
//   - to set a value takes the lock of a file. A file system of a network must know such locks
//     between machines (NFS from version 4 on does), and show at once what was renamed
//     elsewhere: mount NFS with lookupcache=none, or what was set a moment ago on another
//     machine is seen up to a minute late.
//   - over a folder which is merely synced there are no locks between machines: only one of
//     them may set a value of one key, and what it set is seen when it has been synced.
//   - a call to a file system that hangs hangs with it, whatever its context says.
package folder
